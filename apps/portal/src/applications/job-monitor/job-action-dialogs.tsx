/** The question before an action on jobs, and the verdict for each job after it. */
import { Button, ConfirmDialog, Dialog, Notice, VerdictList, type Verdict as VerdictLine } from '@wm/ui-kit';
import type { ReactNode } from 'react';
import type { JobAction } from '@wm/wms-core/vocabulary';
import type { Verdict } from '../../server-state/jobs.ts';
import type { Operation } from '../../server-state/operations.ts';
import { useNowMs } from '../../widgets/grid-application/use-now.ts';
import { jobStatusLook } from '../../widgets/status-look.ts';
import { actionAvailability, actionWords, jobsWord, mayRun, type Viewer } from './job-actions.ts';
import type { JobRow } from './job-row.ts';
import { canUndo } from './operations/operation-words.ts';

export interface ActionRequest {
  readonly action: JobAction;
  readonly jobIds: readonly number[];
  /** Rows seen so far of these jobs; the others are judged by the server alone. */
  readonly known: ReadonlyMap<number, JobRow>;
  readonly mustType: boolean;
}

const skipped = { family: 'preparing', shape: 'ring' } as const;

function forecast({ action, jobIds, known }: ActionRequest, viewer: Viewer): readonly VerdictLine[] {
  return jobIds.flatMap((jobId) => {
    const row = known.get(jobId);
    if (row === undefined) return [];
    const availability = actionAvailability(action, row, viewer);
    const text = availability.allowed
      ? `Will be ${actionWords[action].done}`
      : `Left as it is: ${availability.reason}`;
    const look = availability.allowed ? jobStatusLook(row.statusWord) : skipped;
    return [{ id: String(jobId), name: row.jobName, ...look, text }];
  });
}

export interface ActionQuestionProps {
  readonly request: ActionRequest;
  readonly viewer: Viewer;
  readonly isBusy: boolean;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}

export function ActionQuestion({ request, viewer, ...rest }: ActionQuestionProps): ReactNode {
  const { action, jobIds, mustType } = request;
  const { verb, effect } = actionWords[action];
  const lines = forecast(request, viewer);
  const ends = action === 'kill' || action === 'delete';
  const running = ends ? jobIds.filter((jobId) => mayRun(request.known.get(jobId)?.status)).length : 0;
  const words = `${verb} ${jobIds.length === 1 ? `job ${jobIds[0]}` : jobsWord(jobIds.length)}`;
  return (
    <ConfirmDialog
      title={words}
      description={effect}
      confirmLabel={words}
      danger={action !== 'reschedule'}
      busy={rest.isBusy}
      onConfirm={rest.onConfirm}
      onCancel={rest.onCancel}
      {...(mustType ? { typeToConfirm: String(jobIds.length) } : {})}
    >
      <VerdictList verdicts={lines} label="What will happen" maxShown={mustType ? 8 : 50} />
      {running > 0 && (
        <Notice tone="warn">
          {jobsWord(running)} may be running: what is stopped there cannot be undone.
        </Notice>
      )}
      {lines.length < jobIds.length && (
        <p className="muted">
          {jobsWord(jobIds.length - lines.length)} {lines.length > 0 && 'more '}from other pages: the server
          decides on each.
        </p>
      )}
    </ConfirmDialog>
  );
}

export interface ActionResult {
  readonly action: JobAction;
  readonly verdicts: readonly Verdict[];
  readonly known: ReadonlyMap<number, JobRow>;
  /** What can be undone of it. */
  readonly operation: Operation | null;
}

const failed = { family: 'failure', shape: 'cross' } as const;

/** Sentence above the verdicts, and of the toast when all went well. */
export function resultWords({ action, verdicts }: Pick<ActionResult, 'action' | 'verdicts'>): string {
  const done = verdicts.filter((verdict) => verdict.ok).length;
  const left = verdicts.length - done;
  const good = `${jobsWord(done)} ${actionWords[action].done}`;
  if (left === 0) return good;
  return done === 0
    ? `${jobsWord(left)} left as ${left === 1 ? 'it is' : 'they are'}`
    : `${good}, ${left} left as they are`;
}

export function ActionVerdicts(props: {
  readonly result: ActionResult;
  readonly onClose: () => void;
  readonly onUndo: (operation: Operation) => void;
}): ReactNode {
  const { verdicts, known, operation } = props.result;
  const nowMs = useNowMs(1000);
  const lines = verdicts.map((verdict): VerdictLine => {
    const look = verdict.ok ? jobStatusLook(verdict.status ?? '') : failed;
    const name = known.get(verdict.jobId)?.jobName;
    return {
      id: String(verdict.jobId),
      ...(name === undefined ? {} : { name }),
      ...look,
      text: verdict.message,
    };
  });
  return (
    <Dialog
      title={resultWords(props.result)}
      onClose={props.onClose}
      footer={
        <>
          {operation && canUndo(operation, nowMs) && (
            <Button icon="undo" onClick={() => props.onUndo(operation)}>
              Undo
            </Button>
          )}
          <Button look="primary" onClick={props.onClose}>
            Close
          </Button>
        </>
      }
    >
      <VerdictList verdicts={lines} label="Verdicts" />
    </Dialog>
  );
}
