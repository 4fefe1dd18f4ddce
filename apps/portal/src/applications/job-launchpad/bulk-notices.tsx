/**
 * Large submissions of this user: those on their way, whichever window started them, and what became of the one
 * that this window sent.
 */
import { Button, ConfirmDialog, Notice, useToasts } from '@wm/ui-kit';
import { useState, type ReactNode } from 'react';
import { decideBulk, useBulks, type Bulk } from '../../server-state/bulks.ts';
import { faultOf } from '../../widgets/grid-application/answer.tsx';
import { jobsText, rangeOf, wordsOf } from './bulk-words.ts';

export interface JobRange {
  readonly first: number;
  readonly last: number;
}

export interface BulkNoticesProps {
  /** The one this window sent last: shown also when it is over. */
  readonly ownBulkId: number | undefined;
  readonly onShowJobs: (range: JobRange) => void;
}

function BulkNotice({
  bulk,
  isBusy,
  onConfirm,
  onShowJobs,
  onStop,
}: {
  readonly bulk: Bulk;
  readonly isBusy: boolean;
  readonly onConfirm: () => void;
  readonly onShowJobs: () => void;
  readonly onStop: () => void;
}): ReactNode {
  const { detail, share, title, tone } = wordsOf(bulk);
  const mayStop = bulk.state === 'Expanding' || bulk.state === 'Unconfirmed';
  return (
    <Notice
      tone={tone}
      action={
        <span className="row">
          {bulk.state === 'Unconfirmed' && (
            <Button look="primary" busy={isBusy} onClick={onConfirm}>
              Confirm
            </Button>
          )}
          {mayStop && (
            <Button busy={isBusy} onClick={onStop}>
              Stop
            </Button>
          )}
          <Button icon="list" onClick={onShowJobs}>
            Show Jobs
          </Button>
        </span>
      }
    >
      <div className="bulk-words">
        <strong>{title}.</strong> <span>{detail}</span>
        <span className="muted xs">{bulk.jobName}</span>
      </div>
      {share !== undefined && (
        <progress
          className="bulk-progress"
          aria-label={`Jobs of ${bulk.jobName} made`}
          value={share}
          max={1}
        />
      )}
    </Notice>
  );
}

export function BulkNotices({ onShowJobs, ownBulkId }: BulkNoticesProps): ReactNode {
  const bulks = useBulks();
  const toasts = useToasts();
  const [stopping, setStopping] = useState<Bulk>();
  const [busyId, setBusyId] = useState<number>();
  const shown = bulks.filter(({ bulkId, isSettled }) => !isSettled || bulkId === ownBulkId);

  async function decide(bulkId: number, decision: 'confirm' | 'abandon'): Promise<void> {
    setBusyId(bulkId);
    try {
      await decideBulk(bulkId, decision);
    } catch (error) {
      toasts.show({ text: faultOf(error).message, tone: 'error' });
    } finally {
      setBusyId(undefined);
      setStopping(undefined);
    }
  }

  return (
    <>
      {shown.map((bulk) => (
        <BulkNotice
          key={bulk.bulkId}
          bulk={bulk}
          isBusy={busyId === bulk.bulkId}
          onConfirm={() => {
            void decide(bulk.bulkId, 'confirm');
          }}
          onShowJobs={() => onShowJobs(rangeOf(bulk))}
          onStop={() => setStopping(bulk)}
        />
      ))}
      {stopping && (
        <ConfirmDialog
          title={`Stop ${jobsText(stopping.jobCount)}?`}
          description="Those in the queue and those that run are killed; the others never start. This cannot be undone."
          confirmLabel="Stop and kill"
          danger
          busy={busyId === stopping.bulkId}
          onConfirm={() => {
            void decide(stopping.bulkId, 'abandon');
          }}
          onCancel={() => setStopping(undefined)}
        />
      )}
    </>
  );
}
