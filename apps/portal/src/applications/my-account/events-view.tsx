/** What happened: the audit log as far as the reader may see it, newest first, older ones on demand. */
import { useInfiniteQuery } from '@tanstack/react-query';
import {
  Button,
  EmptyState,
  ErrorBox,
  IconButton,
  Notice,
  Segmented,
  Skeleton,
  StatusIcon,
  useToasts,
} from '@wm/ui-kit';
import { useState, type ReactNode } from 'react';
import { allows, useMe, useMembership } from '../../server-state/me.ts';
import {
  auditQuery,
  exportAuditLog,
  type AuditEvent,
  type AuditScope,
} from '../../server-state/my-account.ts';
import { faultOf } from '../../widgets/grid-application/answer.tsx';
import { startDownload } from '../../widgets/grid-application/browser-actions.ts';
import { fullInstant } from '../../widgets/grid-application/instants.ts';
import { actorWords, detailWords, isRefused, originWords, targetWords, titleOf } from './audit-words.ts';

function ExportButton(): ReactNode {
  const toasts = useToasts();
  const [isBusy, setIsBusy] = useState(false);

  async function save(): Promise<void> {
    setIsBusy(true);
    try {
      const url = URL.createObjectURL(await exportAuditLog());
      startDownload(url, 'audit-log.jsonl');
      URL.revokeObjectURL(url);
    } catch (error) {
      toasts.show({ text: faultOf(error).message, tone: 'error' });
    } finally {
      setIsBusy(false);
    }
  }

  return (
    <Button
      icon="download"
      busy={isBusy}
      title="Every row of the installation with its hash, as JSON lines"
      onClick={() => void save()}
    >
      Export
    </Button>
  );
}

function EventTable({
  events,
  own,
}: {
  readonly events: readonly AuditEvent[];
  readonly own: string;
}): ReactNode {
  return (
    <table className="ruled audit" aria-label="Events">
      <thead>
        <tr>
          <th scope="col">Time [UTC]</th>
          <th scope="col">What</th>
          <th scope="col">Who</th>
          <th scope="col">To</th>
          <th scope="col">Details</th>
          <th scope="col">From</th>
        </tr>
      </thead>
      <tbody>
        {events.map((event) => (
          <tr key={event.auditId}>
            <td>{fullInstant(event.at)}</td>
            <th scope="row">
              {isRefused(event) && <StatusIcon family="failure" shape="cross" />}
              {titleOf(event)}
            </th>
            <td>{actorWords(event, own)}</td>
            <td>{targetWords(event, own)}</td>
            <td className="soft">{detailWords(event)}</td>
            <td className="muted" title={event.requestId === null ? undefined : `Request ${event.requestId}`}>
              {originWords(event)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export interface EventsViewProps {
  readonly scope: AuditScope;
  readonly onScope: (scope: AuditScope) => void;
}

export function EventsView({ onScope, ...props }: EventsViewProps): ReactNode {
  const membership = useMembership();
  const { userName } = useMe();
  const readsVo = allows(membership, ['UserManager', 'ProxyManagement', 'CSAdministrator']);
  const scope = readsVo ? props.scope : 'own';
  const query = useInfiniteQuery(auditQuery(scope));
  const events = query.data?.pages.flat();

  function content(): ReactNode {
    if (events === undefined)
      return query.error === null ? (
        <Skeleton label="Reading events" />
      ) : (
        <ErrorBox
          title="The events could not be read"
          requestId={faultOf(query.error).requestId}
          onRetry={() => void query.refetch()}
        >
          {faultOf(query.error).message}
        </ErrorBox>
      );
    if (events.length === 0)
      return (
        <EmptyState icon="clock" title="Nothing happened yet">
          Log-ins, proxies, certificates and memberships are written down here.
        </EmptyState>
      );
    return (
      <>
        {query.isError && <Notice tone="fail">More could not be read: {faultOf(query.error).message}</Notice>}
        <EventTable events={events} own={userName} />
        <div className="account-more">
          {query.hasNextPage ? (
            <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              Load older ones
            </Button>
          ) : (
            <span className="muted xs">That is all that is kept.</span>
          )}
        </div>
      </>
    );
  }

  return (
    <div className="account-page">
      <div className="account-head">
        <p className="soft grow">
          {scope === 'own'
            ? 'What you did with your account, and what was done to it. Nobody can change what is written here.'
            : `What was done in ${membership?.vo ?? 'the VO'} by whom.`}
        </p>
        {readsVo && (
          <Segmented
            label="Whose events"
            value={scope}
            onChange={onScope}
            options={[
              { value: 'own', label: 'Mine' },
              { value: 'vo', label: 'Whole VO' },
            ]}
          />
        )}
        {allows(membership, ['CSAdministrator']) && <ExportButton />}
        <IconButton
          icon="refresh"
          label="Refresh"
          className={query.isFetching ? 'turning' : ''}
          onClick={() => void query.refetch()}
        />
      </div>
      {content()}
    </div>
  );
}
