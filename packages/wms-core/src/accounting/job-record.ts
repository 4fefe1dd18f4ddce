/**
 * When a change of a job ends an attempt, and the record that is then written. One record for each attempt that
 * ended: with the job, or because the job went on to another attempt (ADR 0015). Asked by the one writer of status.
 */
import { isPayloadFinal } from '../jobs/job-status.ts';
import type { JobRow } from '../jobs/job.store.ts';
import { longestWallTimeMs } from './attempt-usage.ts';

export interface JobRecord {
  readonly jobId: number;
  readonly attempt: number;
  readonly vo: string;
  /** In the order of the keys and values of the record type. */
  readonly keys: readonly string[];
  readonly values: readonly number[];
  readonly startMs: number;
  readonly endMs: number;
}

/** The attempt that ended with this change, with the status in which it did; undefined when none did. */
function endedAttempt(before: JobRow, after: JobRow): JobRow | undefined {
  if (before.accounted === 'True' || isPayloadFinal(before.status)) return undefined;
  if (after.attempt !== before.attempt)
    return before.pilotStamp === null ? undefined : { ...before, status: 'Rescheduled' };
  return isPayloadFinal(after.status) ? after : undefined;
}

/** Its node fell silent and did not tell the end itself; a report of the end is a sign of life of its own. */
const isLost = (before: JobRow, ended: JobRow): boolean =>
  before.status === 'Stalled' && ended.heartbeatAtMs === before.heartbeatAtMs;

/** Silence is not consumption: an attempt that was lost ended with its last sign of life. */
function endOf(before: JobRow, ended: JobRow, nowMs: number): number {
  const endMs = isLost(before, ended) ? before.heartbeatAtMs : ended.endExecAtMs;
  return Math.min(nowMs, endMs ?? nowMs);
}

/** Wall time as the node measured it while that can be: no attempt runs longer than since a pilot took it. */
function wallTimeOf(before: JobRow, ended: JobRow, endMs: number): number {
  const spanMs = ended.startExecAtMs === null ? 0 : endMs - ended.startExecAtMs;
  const heldMs = before.matchedAtMs === null ? spanMs : endMs - before.matchedAtMs;
  const wallMs = ended.wallTimeMs > 0 ? ended.wallTimeMs : spanMs;
  return Math.max(0, Math.min(wallMs, heldMs, longestWallTimeMs - 1));
}

export function jobRecordOf(before: JobRow, after: JobRow, nowMs: number): JobRecord | undefined {
  const ended = endedAttempt(before, after);
  if (!ended) return undefined;
  const { jobId, attempt, vo, owner, ownerGroup, jobGroup, jobType, jobClass, processingType } = ended;
  const endMs = endOf(before, ended, nowMs);
  const wallMs = wallTimeOf(before, ended, endMs);
  const startedMs = Math.min(ended.startExecAtMs ?? endMs, endMs - wallMs);
  return {
    jobId,
    attempt,
    vo,
    keys: [
      ...[owner, ownerGroup, jobGroup, jobType, jobClass, processingType],
      ...[ended.site, ended.status, ended.minorStatus],
    ],
    values: [
      1,
      ended.cpuTimeMs,
      ended.normCpuTimeMs || ended.cpuTimeMs,
      wallMs * (before.slotProcessors ?? 1),
      ended.diskBytes,
      ended.inputSandboxBytes,
      ended.outputSandboxBytes,
      ended.inputDataBytes,
      ended.outputDataBytes,
      // Nobody reads the data of a job that no pilot took.
      ended.pilotStamp === null ? 0 : ended.inputDataFiles,
      ended.outputDataFiles,
      ended.processedEvents,
    ],
    startMs: Math.max(startedMs, endMs - longestWallTimeMs),
    endMs,
  };
}
