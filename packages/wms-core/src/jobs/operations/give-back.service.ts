/** Takes back what an operation did to one job, if nothing else happened to it since (ADR 0017). */
import type { Work } from '../../db/database.ts';
import type { UserPrincipal } from '../../identity/principal.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { JobVerdict } from '../../use-cases.ts';
import type { ActOnJob } from '../act-on-job.service.ts';
import { findBulkOfJob } from '../bulk/bulk.store.ts';
import type { JobMoves, RestoredFields } from '../job-moves.service.ts';
import { demandOf } from '../job-requirements.ts';
import { findDescription } from '../job-description.service.ts';
import { isPayloadFinal, type JobStatus } from '../job-status.ts';
import type { JobRow } from '../job.store.ts';
import type { Optimizers } from '../optimizers/optimizers.service.ts';
import { hindranceOf, type JobMemory } from './undo-job.ts';

export type GiveBack = (principal: UserPrincipal, jobId: number, memory: JobMemory) => Work<JobVerdict>;

export function createGiveBack(parts: {
  readonly clock: Clock;
  readonly moves: JobMoves;
  readonly actOnJob: ActOnJob;
  readonly optimizers: Pick<Optimizers, 'firstStopOf' | 'holds' | 'stopped'>;
}): GiveBack {
  const { moves, optimizers } = parts;

  /** To its place in the queue, or to the optimizer that chose its sites: what it chose is not remembered. */
  function* waitAgain(job: JobRow, before: RestoredFields, nowMs: number): Work<JobRow> {
    const description = yield* findDescription(job.jobId);
    if (!description) throw new Error(`job ${job.jobId} has no description`);
    const { processed } = description;
    const stop = optimizers.firstStopOf(processed);
    if (stop.status !== 'Waiting') return yield* moves.restore(job, { ...before, ...stop }, { nowMs });
    return yield* moves.restore(job, before, { nowMs, requirements: demandOf(processed).requirements });
  }

  return function* giveBack(principal, jobId, memory) {
    const job = yield* parts.actOnJob.manageable(principal, jobId);
    if ('ok' in job) return job;
    const hindrance = hindranceOf(memory, job) ?? (yield* hindranceOfBulk(memory, jobId));
    if (hindrance !== undefined) return refusal(job, hindrance);
    const { before } = memory;
    const nowMs = parts.clock.nowMs();
    const isWaiting = before.status === 'Waiting';
    const restored = isWaiting
      ? yield* waitAgain(job, before, nowMs)
      : yield* moves.restore(job, before, { nowMs });
    if (optimizers.holds(restored)) yield* optimizers.stopped();
    const { minorStatus, status } = restored;
    return { jobId, ok: true, status, minorStatus, message: messageOf(before.status, status) };
  };
}

function messageOf(before: JobStatus, status: JobStatus): string {
  if (before !== 'Waiting') return `${status} again.`;
  return status === 'Waiting' ? 'Back in its place in the queue.' : 'On its way back to the queue.';
}

/** Whoever abandons a bulk is promised that nothing of it starts any more; what had ended may come back. */
function* hindranceOfBulk({ before }: JobMemory, jobId: number): Work<string | undefined> {
  if (isPayloadFinal(before.status)) return undefined;
  const bulk = yield* findBulkOfJob(jobId);
  return bulk?.state === 'Abandoned'
    ? `Its bulk submission ${bulk.bulkId} was abandoned: nothing of it starts any more.`
    : undefined;
}

const refusal = ({ jobId, status, minorStatus }: JobRow, message: string): JobVerdict => ({
  jobId,
  ok: false,
  status,
  minorStatus,
  code: 'conflict',
  message,
});
