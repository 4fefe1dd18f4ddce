/** The job is not in a task queue yet: a bulk that is not confirmed, a job that is being prepared. */
import type { CauseKind } from '../cause.ts';

export const heldCause: CauseKind = {
  id: 'held',
  question: 'whether',
  about: 'Is the job in a task queue at all?',
  find: ({ job }) =>
    job.held === null ? [] : [{ id: 'held', effect: 'blocks', ...job.held, obstacles: [] }],
};
