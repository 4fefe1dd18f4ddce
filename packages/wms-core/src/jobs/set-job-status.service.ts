/**
 * DiracX's `PATCH /api/jobs/status`: changes with instants of their own, from clients that may tell them late
 * (rest-api.md §1.8). A forbidden move keeps the status, applies the rest and is marked `(SM)` in the log.
 */
import type { Work } from '../db/database.ts';
import type { Clock } from '../kernel/clock.ts';
import type { StatusChange } from '../use-cases.ts';
import { applyMove, type Move } from './apply-move.ts';
import { appendLog } from './job-log.store.ts';
import type { JobMoves } from './job-moves.service.ts';
import { demandOf, type JobDemand } from './job-requirements.ts';
import { isPayloadFinal } from './job-status.ts';
import { findDescription } from './job-description.service.ts';
import type { JobRow } from './job.store.ts';

/** All changes of one job, any order; returns the job afterwards. Rights are checked by the caller. */
export type SetJobStatus = (job: JobRow, changes: readonly StatusChange[], force: boolean) => Work<JobRow>;

const givesSignOfLife = (source: string): boolean => source.startsWith('Job') || source === 'Heartbeat';

export function createSetJobStatus(parts: { readonly moves: JobMoves; readonly clock: Clock }): SetJobStatus {
  const { moves, clock } = parts;

  function* requirementsOf(jobId: number): Work<JobDemand['requirements']> {
    const description = yield* findDescription(jobId);
    if (!description) throw new Error(`job ${jobId} has no description`);
    return demandOf(description.processed).requirements;
  }

  function* applyOne(job: JobRow, change: StatusChange, force: boolean): Work<JobRow> {
    const nowMs = clock.nowMs();
    const wanted: Move = { ...change, atMs: Math.min(change.atMs, nowMs) };
    const isRefused = applyMove(job, wanted, force).kind === 'refused';
    const move = isRefused ? { ...wanted, status: undefined, source: `${change.source}(SM)` } : wanted;
    if (move.status !== undefined && isPayloadFinal(move.status)) yield* moves.commandKill(job, nowMs);
    const outcome = yield* moves.move(job, [move], {
      nowMs,
      force,
      ...(givesSignOfLife(change.source) ? { fields: { heartbeatAtMs: wanted.atMs } } : {}),
      ...(move.status === 'Waiting' ? { requirements: yield* requirementsOf(job.jobId) } : {}),
    });
    return outcome.job;
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
