/**
 * What a change of status does to a job, without touching anything: the transition table, what counts as an
 * update, when execution starts and ends. Asked by every writer of status before it writes.
 */
import type { JobRow } from './job.store.ts';
import type { LogEntry } from './job-log.store.ts';
import { canMove, isPayloadFinal, type JobStatus } from './job-status.ts';

export interface Move {
  readonly status?: JobStatus | undefined;
  readonly minorStatus?: string | undefined;
  readonly applicationStatus?: string | undefined;
  readonly atMs: number;
  readonly source: string;
  /** Node clock, for moves that a worker node reported. */
  readonly reportedAtMs?: number | undefined;
}

export type AppliedMove =
  | { readonly kind: 'moved'; readonly job: JobRow; readonly entry: LogEntry }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'refused'; readonly from: JobStatus; readonly to: JobStatus };

const changed = <T>(wanted: T | undefined, current: T): T | null =>
  wanted === undefined || wanted === current ? null : wanted;

/** Which part of a move the log keeps; null = as before. */
const entryOf = (job: JobRow, move: Move): LogEntry => ({
  attempt: job.attempt,
  status: changed(move.status, job.status),
  minorStatus: changed(move.minorStatus, job.minorStatus),
  applicationStatus: changed(move.applicationStatus, job.applicationStatus),
  atMs: move.atMs,
  reportedAtMs: move.reportedAtMs ?? null,
  source: move.source,
});

/** `force` skips the table for all but Deleted, which nothing leaves. */
export function applyMove(job: JobRow, move: Move, force = false): AppliedMove {
  const status = move.status ?? job.status;
  const isAllowed = status === job.status || canMove(job.status, status) || force;
  if (job.status === 'Deleted' ? status !== 'Deleted' : !isAllowed)
    return { kind: 'refused', from: job.status, to: status };
  const entry = entryOf(job, move);
  if (entry.status === null && entry.minorStatus === null && entry.applicationStatus === null)
    return { kind: 'unchanged' };
  return { kind: 'moved', entry, job: { ...job, ...consequences(job, status, move) } };
}

function consequences(job: JobRow, status: JobStatus, move: Move): Partial<JobRow> {
  return {
    status,
    minorStatus: move.minorStatus ?? job.minorStatus,
    applicationStatus: move.applicationStatus ?? job.applicationStatus,
    lastUpdateAtMs: status === 'Stalled' ? job.lastUpdateAtMs : Math.max(move.atMs, job.lastUpdateAtMs),
    startExecAtMs: job.startExecAtMs ?? (status === 'Running' ? move.atMs : null),
    endExecAtMs: job.endExecAtMs ?? (isPayloadFinal(status) ? move.atMs : null),
    ...(move.reportedAtMs === undefined ? {} : { reportedAtMs: move.reportedAtMs }),
  };
}
