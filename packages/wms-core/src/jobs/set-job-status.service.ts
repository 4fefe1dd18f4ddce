/**
 * DiracX's `PATCH /api/jobs/status`: changes with instants of their own, from clients that may tell them late
 * (rest-api.md §1.8). A forbidden move keeps the status, applies the rest and is marked `(SM)` in the log.
 *
 * Stricter than DiracX where a status set by hand would leave a job that nobody takes on: every job must reach an end.
 */
import type { Work } from '../db/database.ts';
import type { Clock } from '../kernel/clock.ts';
import type { StatusChange } from '../use-cases.ts';
import { applyMove, type Move } from './apply-move.ts';
import { appendLog } from './job-log.store.ts';
import { isHeldByPilot, type JobMoves } from './job-moves.service.ts';
import type { JobRescheduling } from './job-rescheduling.service.ts';
import { attemptRunningStatuses, canStartAnew, isPayloadFinal, type JobStatus } from './job-status.ts';
import type { JobRow } from './job.store.ts';

/** All changes of one job, any order; returns the job afterwards. Rights are checked by the caller. */
export type SetJobStatus = (job: JobRow, changes: readonly StatusChange[], force: boolean) => Work<JobRow>;

const givesSignOfLife = (source: string): boolean => source.startsWith('Job') || source === 'Heartbeat';

/**
 * What a client may make of a job: an end, a new attempt, and while a pilot holds it how far it is. The ways to the
 * task queues are the server's, and a job without a pilot runs nowhere; not even `force` says otherwise.
 */
function mayBeSet(job: JobRow, status: JobStatus): boolean {
  if (status === 'Rescheduled') return canStartAnew(job.status);
  if (status === job.status || isPayloadFinal(status)) return true;
  return isHeldByPilot(job) && (attemptRunningStatuses as readonly JobStatus[]).includes(status);
}

export function createSetJobStatus(parts: {
  readonly moves: JobMoves;
  readonly rescheduling: JobRescheduling;
  readonly clock: Clock;
}): SetJobStatus {
  const { moves, clock } = parts;

  function* applyOne(job: JobRow, change: StatusChange, force: boolean): Work<JobRow> {
    const nowMs = clock.nowMs();
    const wanted: Move = { ...change, atMs: Math.min(change.atMs, nowMs) };
    let isRefused =
      !mayBeSet(job, change.status ?? job.status) || applyMove(job, wanted, force).kind === 'refused';
    if (!isRefused && change.status === 'Rescheduled') {
      const anew = yield* startAnew(job, change);
      if (anew) return anew;
      isRefused = true;
    }
    const move = isRefused ? { ...wanted, status: undefined, source: `${change.source}(SM)` } : wanted;
    if (move.status !== undefined && isPayloadFinal(move.status)) yield* moves.commandKill(job, nowMs);
    const outcome = yield* moves.move(job, [move], {
      nowMs,
      force,
      ...(givesSignOfLife(change.source) ? { fields: { heartbeatAtMs: wanted.atMs } } : {}),
    });
    return outcome.job;
  }

  /**
   * A new attempt, as by the action: what an old one leaves behind must not meet the next pilot. undefined when the job
   * stays what it is.
   */
  function* startAnew(job: JobRow, { source, applicationStatus }: StatusChange): Work<JobRow | undefined> {
    const outcome = yield* parts.rescheduling.reschedule(job, {
      nowMs: clock.nowMs(),
      source,
      reason: applicationStatus,
      sparesPayload: true,
    });
    return outcome.job === job ? undefined : outcome.job;
  }

  return function* setJobStatus(job, changes, force) {
    const lastMs = job.lastUpdateAtMs;
    const inOrder = changes.toSorted((a, b) => a.atMs - b.atMs);
    let after = job;
    for (const change of inOrder) {
      if (change.atMs >= lastMs) after = yield* applyOne(after, change, force);
      else yield* logOnly(job, change);
    }
    return after;
  };
}

/** Older than what is known: history, but no change, and marked as late reports of pilots are. */
function* logOnly(job: JobRow, change: StatusChange): Work<void> {
  yield* appendLog(job.jobId, [
    {
      attempt: job.attempt,
      status: change.status ?? null,
      minorStatus: change.minorStatus ?? null,
      applicationStatus: change.applicationStatus ?? null,
      atMs: change.atMs,
      reportedAtMs: null,
      source: `${change.source}(late)`,
    },
  ]);
}
