/** What an operation on many jobs says of itself: before, while it runs, when it has ended. Pure. */
import type { ActionPreview, Operation } from '../../../server-state/operations.ts';
import { duration } from '../../../widgets/grid-application/instants.ts';
import { actionWords, jobsWord } from '../job-actions.ts';

const doneWord = ({ action }: Pick<Operation, 'action'>): string =>
  action === 'undo' ? 'brought back' : actionWords[action].done;

type Meant = Pick<ActionPreview, 'allowed' | 'unmade'>;

/** Jobs that may be acted on; of those still to be made not all need match. */
export const meantBy = ({ allowed, unmade }: Meant): number => allowed + unmade;

/** "Kill 1,204 jobs" */
export const previewTitle = ({ action, ...meant }: Meant & Pick<ActionPreview, 'action'>): string =>
  `${actionWords[action].verb} ${meant.unmade > 0 ? 'up to ' : ''}${jobsWord(meantBy(meant))}`;

/** What happens to jobs that are not there yet; undefined when there are none. */
export const unmadeSentence = ({
  action,
  unmade,
}: Pick<ActionPreview, 'action' | 'unmade'>): string | undefined =>
  unmade === 0
    ? undefined
    : `${jobsWord(unmade)} of bulk submissions ${unmade === 1 ? 'is' : 'are'} still being made. Those that match will be ${actionWords[action].done}, too.`;

/** "Delete: 120 of 1,204 jobs" */
export function operationTitle({ action, total }: Pick<Operation, 'action' | 'total'>): string {
  return `${action === 'undo' ? 'Undo' : actionWords[action].verb} ${jobsWord(total)}`;
}

/** Jobs whose turn it was; fewer than the total may be left when the operation ends. */
export const handledOf = ({ done, refused }: Pick<Operation, 'done' | 'refused'>): number => done + refused;

function left(refused: number): string {
  if (refused === 0) return '';
  return `, ${refused.toLocaleString('en')} left as ${refused === 1 ? 'it is' : 'they are'}`;
}

/** One sentence on how far it is or how it ended. */
export function operationState(operation: Operation): string {
  const { state, done, refused, total, reason } = operation;
  const outcome = `${jobsWord(done)} ${doneWord(operation)}${left(refused)}`;
  switch (state) {
    case 'Running':
      return `${handledOf(operation).toLocaleString('en')} of ${total.toLocaleString('en')}`;
    case 'Done':
      return outcome;
    case 'Cancelled':
      return `Stopped: ${outcome}`;
    case 'Failed':
      return `Ended early: ${reason ?? 'no reason known'} ${outcome}`;
  }
}

/** Whether it can be taken back now: while it runs, and for a while after. */
export const canUndo = (
  { action, state, undoable, undoUntil, undoneBy }: Operation,
  nowMs: number,
): boolean =>
  undoneBy === null &&
  undoable > 0 &&
  (state === 'Running'
    ? action === 'kill' || action === 'delete'
    : undoUntil !== null && Date.parse(undoUntil) > nowMs);

/** "42 s left" beside a button that goes away by itself; undefined while the operation runs. */
export function undoLeft({ state, undoUntil }: Operation, nowMs: number): string | undefined {
  if (state === 'Running' || undoUntil === null) return undefined;
  return `${duration(Math.max(0, Date.parse(undoUntil) - nowMs))} left`;
}

/** How long a toast offers the undo; a browser whose clock is off still offers it for a moment. */
export function undoOfferMs(undoUntil: string, nowMs: number = Date.now()): number {
  return Math.min(Math.max(Date.parse(undoUntil) - nowMs, 5000), 600_000);
}
