/** Where the account is logged in, and the way to end what one does not know or no longer needs. */
import { useQuery } from '@tanstack/react-query';
import { Button, ConfirmDialog, IconButton, Notice, StatusPill, useToasts } from '@wm/ui-kit';
import { useState, type ReactNode } from 'react';
import { endSession, sessionsQuery, type OwnSession } from '../../server-state/my-account.ts';
import { Answer, faultOf } from '../../widgets/grid-application/answer.tsx';
import { fullInstant } from '../../widgets/grid-application/instants.ts';
import { browserWords, wayWords } from './session-words.ts';

type Doomed = OwnSession | 'others';

const minute = (instant: string): string => fullInstant(instant).slice(0, 16);

function EndDialog({
  doomed,
  onClose,
}: {
  readonly doomed: Doomed;
  readonly onClose: () => void;
}): ReactNode {
  const toasts = useToasts();
  const [isBusy, setIsBusy] = useState(false);

  async function end(): Promise<void> {
    setIsBusy(true);
    try {
      const ended = await endSession(doomed === 'others' ? 'others' : doomed.sessionId);
      toasts.show({ text: ended === 1 ? 'Session ended' : `${ended} sessions ended`, icon: 'power' });
    } catch (error) {
      toasts.show({ text: faultOf(error).message, tone: 'error' });
    }
    onClose();
  }

  return (
    <ConfirmDialog
      title={
        doomed === 'others' ? 'End all other sessions?' : `End the session of ${browserWords(doomed.agent)}?`
      }
      description="Whoever is there has to log in again, at once. Jobs go on, and saved layouts are kept."
      confirmLabel={doomed === 'others' ? 'End all others' : 'End'}
      danger
      busy={isBusy}
      onConfirm={() => void end()}
      onCancel={onClose}
    />
  );
}

function SessionTable({
  onEnd,
  sessions,
}: {
  readonly sessions: readonly OwnSession[];
  readonly onEnd: (session: OwnSession) => void;
}): ReactNode {
  return (
    <table className="ruled sessions" aria-label="Sessions">
      <thead>
        <tr>
          <th scope="col">Browser</th>
          <th scope="col">Address</th>
          <th scope="col">Way</th>
          <th scope="col">Since [UTC]</th>
          <th scope="col">Last active [UTC]</th>
          <th scope="col">
            <span className="vh">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {sessions.map((session) => (
          <tr key={session.sessionId}>
            <th scope="row" title={session.agent}>
              {browserWords(session.agent)}{' '}
              {session.isThisOne && (
                <StatusPill family="success" shape="check" label="This one" look="bare" />
              )}
            </th>
            <td>{session.address}</td>
            <td>{wayWords(session.loginWay)}</td>
            <td>{minute(session.createdAt)}</td>
            <td>{minute(session.lastActiveAt)}</td>
            <td className="num">
              {!session.isThisOne && (
                <Button
                  aria-label={`End the session of ${browserWords(session.agent)} since ${minute(session.createdAt)}`}
                  onClick={() => onEnd(session)}
                >
                  End
                </Button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function SessionsView(): ReactNode {
  const query = useQuery(sessionsQuery);
  const [doomed, setDoomed] = useState<Doomed>();
  const hasOthers = query.data?.some(({ isThisOne }) => !isThisOne) ?? false;
  return (
    <div className="account-page">
      <div className="account-head">
        <p className="soft grow">
          Browsers that are logged in to your account. End what you do not know, and change your password at
          the identity provider then.
        </p>
        <Button
          disabledReason={hasOthers ? undefined : 'there is no other session'}
          onClick={() => setDoomed('others')}
        >
          End all others
        </Button>
        <IconButton
          icon="refresh"
          label="Refresh"
          className={query.isFetching ? 'turning' : ''}
          onClick={() => void query.refetch()}
        />
      </div>
      {query.data !== undefined && query.isError && (
        <Notice tone="fail">
          What you see is old; it could not be read again: {faultOf(query.error).message}
        </Notice>
      )}
      <Answer query={query} what="The sessions">
        {(sessions) => <SessionTable sessions={sessions} onEnd={setDoomed} />}
      </Answer>
      {doomed !== undefined && <EndDialog doomed={doomed} onClose={() => setDoomed(undefined)} />}
    </div>
  );
}
