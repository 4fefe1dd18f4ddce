/**
 * One action on one job: rights, state, effect, verdict. The one place that knows what kill, delete, reschedule,
 * reset and remove do; calls for named jobs and operations on many go through it, each job on its own.
 */
import type { Work } from '../db/database.ts';
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import type { UserPrincipal } from '../identity/principal.ts';
import type { Clock } from '../kernel/clock.ts';
import type { JobAction, JobVerdict } from '../use-cases.ts';
import type { Move } from './apply-move.ts';
import type { EraseJob } from './erase-job.service.ts';
import { stateAllows } from './job-actions.ts';
import type { JobMoves, MoveOutcome } from './job-moves.service.ts';
import type { JobRescheduling, ReschedulingCost } from './job-rescheduling.service.ts';
import { mayAct, mayManageJob, maySeeJob, refusalOf } from './job-rights.ts';
import { isPayloadFinal } from './job-status.ts';
import { findJob, type JobRow } from './job.store.ts';

export interface ActOnJobParts {
  readonly clock: Clock;
  readonly configuration: { current(): ConfigurationSnapshot };
  readonly moves: JobMoves;
  readonly rescheduling: JobRescheduling;
  readonly eraseJob: EraseJob;
}

/** The verdict; of an action that was done also the job before and after it (none after a removal). */
export interface ActedJob {
  readonly verdict: JobVerdict;
  readonly before?: JobRow;
  readonly after?: JobRow;
}

export interface ActOnJob {
  act(principal: UserPrincipal, action: JobAction, jobId: number): Work<ActedJob>;
  /** The job when it may be managed, the refusal otherwise. */
  manageable(principal: UserPrincipal, jobId: number): Work<JobRow | JobVerdict>;
}

export function createActOnJob(parts: ActOnJobParts): ActOnJob {
  const { clock, moves } = parts;
  const values = () => parts.configuration.current().values;

  function* visible(principal: UserPrincipal, jobId: number): Work<JobRow | JobVerdict> {
    const job = yield* findJob(jobId);
    if (job && maySeeJob(principal, values().jobVisibility, job)) return job;
    return { jobId, ok: false, code: 'job.not-found', message: `There is no job ${jobId}.` };
  }

  const move = (job: JobRow, way: readonly Move[]): Work<MoveOutcome> =>
    moves.move(job, way, { nowMs: clock.nowMs() });

  function* restart(job: JobRow, cost: ReschedulingCost, done: string): Work<ActedJob> {
    const outcome = yield* parts.rescheduling.reschedule(job, {
      nowMs: clock.nowMs(),
      source: 'User',
      cost,
      sparesPayload: true,
    });
    if (outcome.kind !== 'exhausted') return acted(job, outcome, done);
    const tooOften = `Maximum number of reschedules exceeded (${values().jobDescription.maxRescheduling})`;
    return { verdict: refusal(outcome.job, tooOften) };
  }

  const doers: Record<JobAction, (job: JobRow) => Work<ActedJob>> = {
    *kill(job) {
      yield* moves.commandKill(job, clock.nowMs());
      return acted(job, yield* move(job, [killed(clock.nowMs())]), 'Killed.');
    },
    *delete(job) {
      yield* moves.commandKill(job, clock.nowMs());
      const way = isPayloadFinal(job.status) ? [] : [killed(clock.nowMs())];
      return acted(job, yield* move(job, [...way, deleted(clock.nowMs())]), 'Deleted.');
    },
    reschedule: (job) => restart(job, 'attempt', 'Rescheduled.'),
    reset: (job) => restart(job, 'reset', 'Reset.'),
    *remove(job) {
      yield* parts.eraseJob(job, clock.nowMs());
      return { verdict: { jobId: job.jobId, ok: true, message: 'Removed.' }, before: job };
    },
  };

  return {
    *manageable(principal, jobId) {
      const job = yield* visible(principal, jobId);
      if ('ok' in job || mayManageJob(principal, job)) return job;
      return denial(job, `Job ${jobId} belongs to ${job.owner}.`);
    },
    *act(principal, action, jobId) {
      const job = yield* visible(principal, jobId);
      if ('ok' in job) return { verdict: job };
      if (!mayAct(principal, action, job)) return { verdict: denial(job, refusalOf(principal, job)) };
      const { allowed, reason = 'Not in this state.' } = stateAllows(action, job.status);
      return allowed ? yield* doers[action](job) : { verdict: refusal(job, reason) };
    },
  };
}

const killed = (atMs: number): Move => ({
  status: 'Killed',
  minorStatus: 'Marked for termination',
  atMs,
  source: 'User',
});

const deleted = (atMs: number): Move => ({
  status: 'Deleted',
  minorStatus: 'Checking accounting',
  atMs,
  source: 'User',
});

const stateOf = ({ jobId, status, minorStatus }: JobRow) => ({ jobId, status, minorStatus });

const denial = (job: JobRow, message: string): JobVerdict => ({
  ...stateOf(job),
  ok: false,
  code: 'access.denied',
  message,
});

const refusal = (job: JobRow, message: string): JobVerdict => ({
  ...stateOf(job),
  ok: false,
  code: 'job.transition-refused',
  message,
});

const acted = (before: JobRow, outcome: MoveOutcome, message: string): ActedJob =>
  outcome.kind === 'refused'
    ? { verdict: refusal(outcome.job, `A job that is ${outcome.from} cannot become ${outcome.to}.`) }
    : { verdict: { ...stateOf(outcome.job), ok: true, message }, before, after: outcome.job };
