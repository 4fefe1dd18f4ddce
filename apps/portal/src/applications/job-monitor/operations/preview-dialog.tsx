/** Before an action on everything that matches: how many jobs of which status it means, and what stays as it is. */
import { Button, ConfirmDialog, Dialog, Notice, Skeleton } from '@wm/ui-kit';
import { useEffect, useState, type ReactNode } from 'react';
import type { JobAction } from '@wm/wms-core/vocabulary';
import { previewAction, type JobsQuery } from '../../../server-state/jobs.ts';
import { startOperation, type ActionPreview, type Operation } from '../../../server-state/operations.ts';
import { faultOf, type Fault } from '../../../widgets/grid-application/answer.tsx';
import { JobStatusBadge } from '../../../widgets/job-status-badge.tsx';
import { actionWords, isDangerous, jobsWord, typeNumberAbove } from '../job-actions.ts';
import { meantBy, previewTitle, unmadeSentence } from './operation-words.ts';

type Look =
  | { readonly kind: 'reading' }
  | { readonly kind: 'failed'; readonly fault: Fault }
  | { readonly kind: 'seen'; readonly preview: ActionPreview };

const nothing: Omit<ActionPreview, 'action'> = {
  token: '',
  expiresAt: '',
  total: 0,
  allowed: 0,
  running: 0,
  undoable: 0,
  unmade: 0,
  groups: [],
};

function Groups({ preview }: { readonly preview: ActionPreview }): ReactNode {
  const { done } = actionWords[preview.action];
  return (
    <table className="ruled forecast" aria-label="What will happen">
      <thead>
        <tr>
          <th scope="col">Status</th>
          <th scope="col" className="num">
            Jobs
          </th>
          <th scope="col">Outcome</th>
        </tr>
      </thead>
      <tbody>
        {preview.groups.map(({ status, jobs, allowed, reason }) => (
          <tr key={`${status} ${reason ?? ''}`} className={allowed ? undefined : 'muted'}>
            <th scope="row">
              <JobStatusBadge status={status} />
            </th>
            <td className="num">{jobs.toLocaleString('en')}</td>
            <td>{allowed ? `Will be ${done}` : `Left as it is: ${reason ?? 'not possible'}`}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Consequences({ preview }: { readonly preview: ActionPreview }): ReactNode {
  const { action, running, undoable } = preview;
  const ends = action === 'kill' || action === 'delete';
  const unmade = unmadeSentence(preview);
  return (
    <>
      {unmade !== undefined && <p>{unmade}</p>}
      {ends && running > 0 && (
        <Notice tone="warn">
          {jobsWord(running)} may be running: what is stopped there cannot be undone.
        </Notice>
      )}
      {undoable > 0 && (
        <p className="muted">
          {running > 0 && 'The other '}
          {jobsWord(undoable)} can be brought back: Undo is offered for a short while after the end.
        </p>
      )}
    </>
  );
}

export interface PreviewDialogProps {
  readonly action: JobAction;
  readonly query: JobsQuery;
  readonly onStarted: (operation: Operation) => void;
  readonly onCancel: () => void;
}

export function PreviewDialog({ action, query, onStarted, onCancel }: PreviewDialogProps): ReactNode {
  const [look, setLook] = useState<Look>({ kind: 'reading' });
  const [attempt, setAttempt] = useState(0);
  const [isBusy, setIsBusy] = useState(false);
  useEffect(() => {
    let isGone = false;
    const show = (next: Look): void => {
      if (!isGone) setLook(next);
    };
    previewAction(action, query).then(
      (preview) => show({ kind: 'seen', preview: preview ?? { ...nothing, action } }),
      (error: unknown) => show({ kind: 'failed', fault: faultOf(error) }),
    );
    return () => {
      isGone = true;
    };
    // One look at a time: what is confirmed is what was seen.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [attempt]);

  const again = (): void => {
    setLook({ kind: 'reading' });
    setAttempt(attempt + 1);
  };
  const start = async (token: string): Promise<void> => {
    setIsBusy(true);
    try {
      onStarted(await startOperation(token));
    } catch (error) {
      setLook({ kind: 'failed', fault: faultOf(error) });
    } finally {
      setIsBusy(false);
    }
  };

  const { verb, effect } = actionWords[action];
  if (look.kind !== 'seen')
    return (
      <Dialog
        title={`${verb} all jobs that match`}
        onClose={onCancel}
        footer={
          <>
            <Button onClick={onCancel}>Cancel</Button>
            {look.kind === 'failed' && (
              <Button look="primary" onClick={again}>
                Look again
              </Button>
            )}
          </>
        }
      >
        {look.kind === 'failed' ? (
          <Notice tone="fail">{look.fault.message}</Notice>
        ) : (
          <Skeleton lines={4} label="Counting the jobs" />
        )}
      </Dialog>
    );
  const { preview } = look;
  const meant = meantBy(preview);
  if (meant === 0)
    return (
      <Dialog
        title={preview.total === 0 ? 'No job matches' : `Nothing to ${verb.toLowerCase()}`}
        onClose={onCancel}
        footer={
          <Button look="primary" onClick={onCancel}>
            Close
          </Button>
        }
      >
        {preview.total > 0 && <Groups preview={preview} />}
      </Dialog>
    );
  const title = previewTitle(preview);
  return (
    <ConfirmDialog
      title={title}
      description={effect}
      confirmLabel={title}
      danger={action === 'kill' || isDangerous(action)}
      busy={isBusy}
      onConfirm={() => {
        void start(preview.token);
      }}
      onCancel={onCancel}
      {...(meant > typeNumberAbove ? { typeToConfirm: String(meant) } : {})}
    >
      {preview.total > 0 && <Groups preview={preview} />}
      <Consequences preview={preview} />
    </ConfirmDialog>
  );
}
