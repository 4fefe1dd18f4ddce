/**
 * The states of a job and the moves between them: one table from which the database check, the grid's
 * colours, the docs and the tests derive. DIRAC's table (wms.md §2.1) with its fault mended: Deleted is
 * absorbing. ADR 0005.
 */
export const jobStatuses = [
  'Submitting',
  'Received',
  'Checking',
  'Scouting',
  'Staging',
  'Waiting',
  'Matched',
  'Rescheduled',
  'Running',
  'Stalled',
  'Completing',
  'Completed',
  'Done',
  'Failed',
  'Killed',
  'Deleted',
] as const;

export type JobStatus = (typeof jobStatuses)[number];

export const jobMoves = {
  Submitting: ['Received', 'Checking', 'Deleted', 'Killed', 'Failed'],
  Received: ['Scouting', 'Checking', 'Waiting', 'Failed', 'Deleted', 'Killed'],
  Checking: ['Scouting', 'Staging', 'Waiting', 'Rescheduled', 'Failed', 'Deleted', 'Killed'],
  Scouting: ['Checking', 'Failed', 'Stalled', 'Killed'],
  Staging: ['Checking', 'Waiting', 'Failed', 'Killed'],
  Waiting: ['Matched', 'Rescheduled', 'Failed', 'Deleted', 'Killed'],
  Matched: ['Running', 'Failed', 'Rescheduled', 'Killed', 'Stalled'],
  Rescheduled: ['Waiting', 'Received', 'Deleted', 'Failed', 'Killed'],
  Running: ['Stalled', 'Done', 'Failed', 'Rescheduled', 'Completing', 'Killed'],
  Stalled: ['Running', 'Completing', 'Rescheduled', 'Done', 'Failed', 'Killed'],
  Completing: ['Done', 'Failed', 'Completed', 'Stalled', 'Rescheduled', 'Killed'],
  Completed: ['Done', 'Failed', 'Deleted'],
  Done: ['Deleted'],
  Failed: ['Rescheduled', 'Deleted'],
  Killed: ['Rescheduled', 'Deleted'],
  Deleted: [],
} as const satisfies Record<JobStatus, readonly JobStatus[]>;

export const payloadFinalStatuses = [
  'Completed',
  'Done',
  'Failed',
  'Killed',
  'Deleted',
] as const satisfies readonly JobStatus[];

/** States in which a worker node holds the job's current attempt. */
export const attemptRunningStatuses = [
  'Matched',
  'Running',
  'Stalled',
  'Completing',
] as const satisfies readonly JobStatus[];

/** States out of which no new attempt leads; a job that is Submitting waits for the word of its submitter. */
const noNewAttempt: readonly JobStatus[] = ['Submitting', 'Completed', 'Done', 'Deleted'];

export const canStartAnew = (status: JobStatus): boolean => !noNewAttempt.includes(status);

export const canMove = (from: JobStatus, to: JobStatus): boolean =>
  (jobMoves[from] as readonly JobStatus[]).includes(to);

export const isPayloadFinal = (status: JobStatus): boolean =>
  (payloadFinalStatuses as readonly JobStatus[]).includes(status);

export const isJobStatus = (text: string): text is JobStatus =>
  (jobStatuses as readonly string[]).includes(text);
