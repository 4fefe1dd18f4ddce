/** One's own requests and what became of them; looks again while one is open, and tells when one is granted. */
import { useQuery } from '@tanstack/react-query';
import { Button, StatusPill, useToasts } from '@wm/ui-kit';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { loadMe, useMe } from '../../server-state/me.ts';
import { ownRequestsQuery, withdrawRequest, type MembershipRequest } from '../../server-state/membership.ts';
import { Answer, faultOf } from '../grid-application/answer.tsx';
import { shortInstant } from '../grid-application/instants.ts';
import { useNowMs } from '../grid-application/use-now.ts';
import { isOpen, lookOf, newlyGranted, outcomeOf } from './request-words.ts';
import './membership.css';

/** Who was granted membership acts in the group at once, without a new log-in. */
function useGrantedNews(requests: readonly MembershipRequest[] | undefined): void {
  const toasts = useToasts();
  const before = useRef(requests);
  useEffect(() => {
    const granted = newlyGranted(before.current ?? [], requests ?? []);
    before.current = requests;
    for (const { reason, vo } of granted)
      toasts.show({ text: `${vo} has made you a member of ${reason}`, icon: 'users' });
    // Asked again in half a minute when this does not get through.
    if (granted.length > 0) loadMe().catch(() => undefined);
  }, [requests, toasts]);
}

function WithdrawButton({ request }: { readonly request: MembershipRequest }): ReactNode {
  const toasts = useToasts();
  const [isBusy, setIsBusy] = useState(false);

  async function withdraw(): Promise<void> {
    setIsBusy(true);
    try {
      await withdrawRequest(request.requestId);
      toasts.show({ text: `Your request to ${request.vo} is withdrawn`, icon: 'undo' });
    } catch (error) {
      toasts.show({ text: faultOf(error).message, tone: 'error' });
    } finally {
      setIsBusy(false);
    }
  }

  return (
    <Button
      busy={isBusy}
      aria-label={`Withdraw the request to ${request.vo}`}
      onClick={() => void withdraw()}
    >
      Withdraw
    </Button>
  );
}

export function OwnRequests({ empty }: { readonly empty: ReactNode }): ReactNode {
  const query = useQuery(ownRequestsQuery);
  const nowMs = useNowMs(60_000);
  const groups = useMe().memberships.map(({ group }) => group);
  useGrantedNews(query.data);
  return (
    <Answer query={query} what="Your requests">
      {(requests) =>
        requests.length === 0 ? (
          <p className="soft">{empty}</p>
        ) : (
          <ul className="own-requests" aria-label="Your requests">
            {requests.map((request) => (
              <li key={request.requestId}>
                <StatusPill {...lookOf(request)} />
                <div className="grow">
                  <p>
                    <b>{request.vo}</b>{' '}
                    <span className="muted">asked {shortInstant(request.requestedAt, nowMs)} UTC</span>
                  </p>
                  <p>{outcomeOf(request, groups, nowMs)}</p>
                  {request.decidedBy !== null && request.decision !== 'withdrawn' && (
                    <p className="muted xs">
                      {request.decidedBy}, {shortInstant(request.decidedAt, nowMs)} UTC
                    </p>
                  )}
                  <p className="soft xs motivation">{request.motivation}</p>
                </div>
                {isOpen(request) && <WithdrawButton request={request} />}
              </li>
            ))}
          </ul>
        )
      }
    </Answer>
  );
}
