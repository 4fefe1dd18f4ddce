/**
 * What an action may take back, and whether it still can (ADR 0017): the job's memory is kept with the verdict, and
 * it is given back only when nothing else happened to the job since. Pure.
 */
import type { RestoredFields } from '../job-moves.service.ts';
import { attemptRunningStatuses, isJobStatus, type JobStatus } from '../job-status.ts';
import type { JobRow } from '../job.store.ts';

export interface JobMemory {
  readonly before: RestoredFields;
  /** How the action left the job; anything else means that something happened since. */
  readonly left: Pick<JobRow, 'status' | 'minorStatus' | 'attempt' | 'lastUpdateAtMs'>;
}

const neverBack: readonly JobStatus[] = [...attemptRunningStatuses, 'Submitting', 'Deleted'];

/**
 * Nothing that a pilot held comes back: its payload was told to stop. Nor what was not confirmed: its bulk may be
 * abandoned meanwhile.
 */
export const isUndoableFrom = (status: JobStatus): boolean => !neverBack.includes(status);

/** undefined when the action on this job cannot be taken back. */
export function memoryOf(before: JobRow, after: JobRow): JobMemory | undefined {
  const isEnding = after.status === 'Killed' || after.status === 'Deleted';
  if (!isEnding || before.status === after.status || !isUndoableFrom(before.status)) return undefined;
  const { status, minorStatus, applicationStatus, lastUpdateAtMs, endExecAtMs } = before;
  return {
    before: { status, minorStatus, applicationStatus, lastUpdateAtMs, endExecAtMs },
    left: {
      status: after.status,
      minorStatus: after.minorStatus,
      attempt: after.attempt,
      lastUpdateAtMs: after.lastUpdateAtMs,
    },
  };
}

/** Why a job stays as it is; undefined when it may be given back. */
export function hindranceOf(memory: JobMemory, job: JobRow): string | undefined {
  const { left } = memory;
  if (job.status !== left.status) return `The job became ${job.status} meanwhile.`;
  const isUntouched =
    job.attempt === left.attempt &&
    job.minorStatus === left.minorStatus &&
    job.lastUpdateAtMs === left.lastUpdateAtMs;
  return isUntouched ? undefined : 'Something else happened to the job meanwhile.';
}

export const writeMemory = (memory: JobMemory): string => JSON.stringify(memory);

export function readMemory(text: string): JobMemory {
  const memory = JSON.parse(text) as JobMemory;
  if (!isJobStatus(memory.before.status)) throw new Error(`no job was ever ${String(memory.before.status)}`);
  return memory;
}
