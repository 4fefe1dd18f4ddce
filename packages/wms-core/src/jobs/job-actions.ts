/** What kill, delete and reschedule do in each state, and why not otherwise; shared by verdicts and menus. */
import type { JobAction } from '../use-cases.ts';
import type { JobStatus } from './job-status.ts';

export type ActionState = { readonly allowed: boolean; readonly reason?: string };

const allowed: ActionState = { allowed: true };

const ended: readonly JobStatus[] = ['Completed', 'Done', 'Failed', 'Killed'];

const reasons: Record<JobAction, (status: JobStatus) => string | undefined> = {
  kill: (status) => (ended.includes(status) ? `The job is ${status} already.` : undefined),
  delete: () => undefined,
  reschedule: (status) =>
    status === 'Done' || status === 'Completed'
      ? `A job that is ${status} cannot be rescheduled; submit it again instead.`
      : undefined,
};

/** Whether the state of a job permits an action. Rights are asked elsewhere. */
export function stateAllows(action: JobAction, status: JobStatus): ActionState {
  const reason = status === 'Deleted' ? 'The job is deleted.' : reasons[action](status);
  return reason === undefined ? allowed : { allowed: false, reason };
}
