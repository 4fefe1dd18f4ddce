/** Takes back what an operation did to one job, if nothing else happened to it since (ADR 0017). */
import type { Work } from '../../db/database.ts';
import type { UserPrincipal } from '../../identity/principal.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { JobVerdict } from '../../use-cases.ts';
import type { ActOnJob } from '../act-on-job.service.ts';
import type { JobMoves } from '../job-moves.service.ts';
import { demandOf } from '../job-requirements.ts';
import { findDescription } from '../job-description.service.ts';
import type { JobRow } from '../job.store.ts';
import { hindranceOf, type JobMemory } from './undo-job.ts';

export type GiveBack = (principal: UserPrincipal, jobId: number, memory: JobMemory) => Work<JobVerdict>;

export const createGiveBack = (parts: {
  readonly clock: Clock;
  readonly moves: JobMoves;
  readonly actOnJob: ActOnJob;
}): GiveBack =>
  function* (principal, jobId, memory) {
    const job = yield* parts.actOnJob.manageable(principal, jobId);
    if ('ok' in job) return job;
    const hindrance = hindranceOf(memory, job);
    if (hindrance !== undefined) return refusal(job, hindrance);
    const { before } = memory;
    const isWaiting = before.status === 'Waiting';
    const { status, minorStatus } = yield* parts.moves.restore(job, before, {
      nowMs: parts.clock.nowMs(),
      ...(isWaiting ? { requirements: yield* requirementsOf(jobId) } : {}),
    });
    const message = isWaiting ? 'Back in its place in the queue.' : `${status} again.`;
    return { jobId, ok: true, status, minorStatus, message };
  };

function* requirementsOf(jobId: number) {
  const description = yield* findDescription(jobId);
  if (!description) throw new Error(`job ${jobId} has no description`);
  return demandOf(description.processed).requirements;
}

const refusal = ({ jobId, status, minorStatus }: JobRow, message: string): JobVerdict => ({
  jobId,
  ok: false,
  status,
  minorStatus,
  code: 'conflict',
  message,
});
