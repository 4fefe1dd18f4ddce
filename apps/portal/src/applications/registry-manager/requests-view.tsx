/** Requests for membership: those that wait for a decision, then the decided ones with who and when. */
import type { UseQueryResult } from '@tanstack/react-query';
import {
  Block,
  Button,
  ContextMenu,
  EmptyState,
  Notice,
  StatusPill,
  copyText,
  useToasts,
  type MenuEntry,
} from '@wm/ui-kit';
import { useState, type ReactNode } from 'react';
import { refuseRequest, type VoRequest } from '../../server-state/registry.ts';
import { Answer, faultOf } from '../../widgets/grid-application/answer.tsx';
import { fullInstant, shortInstant } from '../../widgets/grid-application/instants.ts';
import { useNowMs } from '../../widgets/grid-application/use-now.ts';
import { isOpen, lookOf } from '../../widgets/membership/request-words.ts';
import { GrantDialog } from './grant-dialog.tsx';
import { ReasonDialog } from './reason-dialog.tsx';

interface Asked {
  readonly request: VoRequest;
  readonly decision: 'grant' | 'refuse';
}

interface OpenRequestProps {
  readonly request: VoRequest;
  readonly since: string;
  readonly onDecide: (asked: Asked) => void;
}

function OpenRequest({ onDecide, request, since }: OpenRequestProps): ReactNode {
  const { displayName, email, motivation, userName } = request;
  const entries: readonly MenuEntry[] = [
    {
      kind: 'item',
      label: 'Grant…',
      icon: 'check',
      onSelect: () => onDecide({ request, decision: 'grant' }),
    },
    {
      kind: 'item',
      label: 'Refuse…',
      icon: 'close',
      onSelect: () => onDecide({ request, decision: 'refuse' }),
    },
    { kind: 'rule' },
    {
      kind: 'item',
      label: 'Copy the e-mail address',
      icon: 'copy',
      onSelect: () => void copyText(email ?? ''),
      ...(email === null ? { disabledReason: 'not known' } : {}),
    },
  ];
  return (
    <li>
      <ContextMenu label={`Request of ${userName}`} entries={entries} className="open-request">
        <div className="grow">
          <p>
            <b>{displayName}</b> <span className="soft">{userName}</span>
            {email !== null && <span className="muted"> · {email}</span>}
            <span className="muted"> · asked {since} UTC</span>
          </p>
          <p className="motivation">{motivation}</p>
        </div>
        <Button
          aria-label={`Refuse ${displayName}…`}
          onClick={() => onDecide({ request, decision: 'refuse' })}
        >
          Refuse…
        </Button>
        <Button aria-label={`Grant ${displayName}…`} onClick={() => onDecide({ request, decision: 'grant' })}>
          Grant…
        </Button>
      </ContextMenu>
    </li>
  );
}

function DecidedRequests({ requests }: { readonly requests: readonly VoRequest[] }): ReactNode {
  return (
    <table className="ruled decided-requests" aria-label="Decided requests">
      <thead>
        <tr>
          <th scope="col">Who asked</th>
          <th scope="col">Decision</th>
          <th scope="col">Group or reason</th>
          <th scope="col">Motivation</th>
          <th scope="col">By</th>
          <th scope="col">Decided [UTC]</th>
        </tr>
      </thead>
      <tbody>
        {requests.map((request) => (
          <tr key={request.requestId}>
            <th scope="row">
              {request.displayName} <span className="muted">{request.userName}</span>
            </th>
            <td>
              <StatusPill {...lookOf(request)} look="bare" />
            </td>
            <td>{request.reason === '' ? <span className="muted">–</span> : request.reason}</td>
            <td>
              <span className="soft shortened" title={request.motivation}>
                {request.motivation}
              </span>
            </td>
            <td>{request.decidedBy}</td>
            <td>{fullInstant(request.decidedAt).slice(0, 16)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function RequestsView({ query }: { readonly query: UseQueryResult<VoRequest[]> }): ReactNode {
  const toasts = useToasts();
  const nowMs = useNowMs(60_000);
  const [asked, ask] = useState<Asked>();
  const settle = (text: string) => (): void => {
    ask(undefined);
    toasts.show({ text, icon: 'users' });
  };
  return (
    <div className="registry-page">
      {query.data !== undefined && query.isError && (
        <Notice tone="fail">
          What you see is old; it could not be read again: {faultOf(query.error).message}
        </Notice>
      )}
      <Answer query={query} what="The requests">
        {(requests) => {
          const open = requests.filter(isOpen);
          const decided = requests.filter((request) => !isOpen(request));
          return (
            <>
              <Block title="Open">
                {open.length === 0 ? (
                  <EmptyState icon="users" title="Nobody waits for a decision">
                    People in no group of this VO ask on the page they see after their log-in.
                  </EmptyState>
                ) : (
                  <ul className="open-requests" aria-label="Open requests">
                    {open.map((request) => (
                      <OpenRequest
                        key={request.requestId}
                        request={request}
                        since={shortInstant(request.requestedAt, nowMs)}
                        onDecide={ask}
                      />
                    ))}
                  </ul>
                )}
              </Block>
              {decided.length > 0 && (
                <Block title="Decided">
                  <DecidedRequests requests={decided} />
                </Block>
              )}
            </>
          );
        }}
      </Answer>
      {asked?.decision === 'grant' && (
        <GrantDialog
          request={asked.request}
          onCancel={() => ask(undefined)}
          onDone={(group) => settle(`${asked.request.displayName} is a member of ${group} now`)()}
        />
      )}
      {asked?.decision === 'refuse' && (
        <ReasonDialog
          title={`Refuse the request of ${asked.request.displayName}?`}
          effect={`${asked.request.userName} sees the refusal with your reason, and can ask ${asked.request.vo} again after a day.`}
          hint={`${asked.request.displayName} reads it.`}
          confirmLabel="Refuse"
          decide={(reason) => refuseRequest(asked.request.requestId, reason)}
          onCancel={() => ask(undefined)}
          onDone={settle(`The request of ${asked.request.displayName} is refused`)}
        />
      )}
    </div>
  );
}
