/** Which actions each state of a job permits, and why not otherwise; shared by verdicts and menus. */
import type { JobAction } from '../use-cases.ts';
import { canStartAnew, type JobStatus } from './job-status.ts';

export type ActionState = { readonly allowed: boolean; readonly reason?: string };

const allowed: ActionState = { allowed: true };

const ended: readonly JobStatus[] = ['Completed', 'Done', 'Failed', 'Killed'];

function cannotRunAgain(status: JobStatus): string | undefined {
  if (canStartAnew(status)) return undefined;
  const instead = status === 'Submitting' ? 'confirm its submission' : 'submit it again';
  return `A job that is ${status} cannot be rescheduled; ${instead} instead.`;
}

const reasons: Record<JobAction, (status: JobStatus) => string | undefined> = {
  kill: (status) => (ended.includes(status) ? `The job is ${status} already.` : undefined),
  delete: () => undefined,
  reschedule: cannotRunAgain,
  reset: cannotRunAgain,
  remove: (status) =>
    ended.includes(status) ? undefined : `A job that is ${status} cannot be removed; kill it first.`,
};

/** Whether the state of a job permits an action. Rights are asked elsewhere. */
export function stateAllows(action: JobAction, status: JobStatus): ActionState {
  if (status === 'Deleted')
    return action === 'remove' ? allowed : { allowed: false, reason: 'The job is deleted.' };
  const reason = reasons[action](status);
  return reason === undefined ? allowed : { allowed: false, reason };
}
