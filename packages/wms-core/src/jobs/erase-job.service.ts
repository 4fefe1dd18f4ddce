/**
 * Removes a job with everything that was its own: records, sandboxes, its place in the counters. Asked by the
 * action `remove` and by the cleaning agent; whether it may go is decided there.
 */
import type { Work } from '../db/database.ts';
import { addToCounters } from './job-counters.store.ts';
import { recordJobEvent } from './job-moves.service.ts';
import { eraseJob, type JobRow } from './job.store.ts';

export interface EraseJobParts {
  /** Frees the sandboxes of a job. */
  readonly unassignSandboxes: (jobId: number) => Work<void>;
}

/** The job must be in an end state: nothing that waits or runs is taken out of its queue or pilot here. */
export type EraseJob = (job: JobRow, nowMs: number) => Work<void>;

export const createEraseJob = ({ unassignSandboxes }: EraseJobParts): EraseJob =>
  function* (job, nowMs) {
    yield* unassignSandboxes(job.jobId);
    yield* addToCounters(job, -1);
    yield* eraseJob(job.jobId);
    yield* recordJobEvent(job, nowMs);
  };
