/**
 * What users do with jobs: submit, kill, delete, reschedule. Every call answers per job; a job of another VO
 * or of somebody else looks like one that does not exist. Each action is one call that is done when answered.
 */
import { createHash } from 'node:crypto';
import { afterCommit, type Database, type Work } from '../db/database.ts';
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import { hasProperty, type UserPrincipal } from '../identity/principal.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import { WmsError } from '../kernel/wms-error.ts';
import type { JobAction, JobManagerUseCases, JobVerdict, SubmitRequest, SubmittedJob } from '../use-cases.ts';
import type { Move } from './apply-move.ts';
import { stateAllows } from './job-actions.ts';
import type { JobMoves, MoveOutcome } from './job-moves.service.ts';
import type { JobRescheduling } from './job-rescheduling.service.ts';
import { mayManageJob, maySeeJob } from './job-rights.ts';
import type { PreparedJob, StoreSubmission } from './job-submission.service.ts';
import { isPayloadFinal } from './job-status.ts';
import { findJob, type JobRow } from './job.store.ts';
import type { Optimizers } from './optimizers/optimizers.service.ts';
import { prepareJobs } from './prepare-jobs.ts';
import type { SetJobStatus } from './set-job-status.service.ts';
import { findSubmission, insertSubmission } from './submission.store.ts';

export interface JobManagerParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly configuration: { current(): ConfigurationSnapshot };
  readonly moves: JobMoves;
  readonly rescheduling: JobRescheduling;
  readonly storeSubmission: StoreSubmission;
  readonly setJobStatus: SetJobStatus;
  readonly optimizers: Pick<Optimizers, 'firstStop'>;
  /** Resolves when the principal has a proxy that lasts; throws `proxy.missing|expired|short`. */
  readonly requireProxy: (principal: UserPrincipal) => Promise<void>;
}

const mostActions = 10_000;

export function createJobManagerService(parts: JobManagerParts): JobManagerUseCases {
  const { database, clock, moves } = parts;
  const log = parts.log.child({ part: 'job-manager' });

  async function submit(principal: UserPrincipal, request: SubmitRequest): Promise<readonly SubmittedJob[]> {
    if (!hasProperty(principal, 'NormalUser'))
      throw new WmsError('access.denied', `Members of ${principal.group} may not submit jobs.`);
    const jobs = prepareJobs(request.jdls, principal, parts.configuration.current().values);
    await parts.requireProxy(principal);
    return database.write(() => storeOnce(principal, request, jobs));
  }

  function* storeOnce(
    principal: UserPrincipal,
    { jdls, requestKey }: SubmitRequest,
    jobs: readonly PreparedJob[],
  ): Work<readonly SubmittedJob[]> {
    const nowMs = clock.nowMs();
    const digest = requestKey === undefined ? '' : digestOf(principal, jdls);
    if (requestKey !== undefined) {
      const known = yield* findSubmission(principal.accountId, requestKey);
      if (known && known.digest !== digest)
        throw new WmsError('conflict', 'The same request key was used for another submission.');
      if (known) return JSON.parse(known.answer) as readonly SubmittedJob[];
    }
    const jobIds = yield* parts.storeSubmission(principal, jobs, nowMs);
    const answer = jobIds.map((jobId, index): SubmittedJob => ({
      jobId,
      ...parts.optimizers.firstStop(jobs[index]?.chain),
      atMs: nowMs,
    }));
    if (requestKey !== undefined)
      yield* insertSubmission(
        principal.accountId,
        requestKey,
        { digest, answer: JSON.stringify(answer) },
        nowMs,
      );
    yield* afterCommit(() =>
      log.info({ first: jobIds[0], jobs: jobIds.length, owner: principal.userName }, 'job.submitted'),
    );
    return answer;
  }

  /** The job when it may be managed, the refusal otherwise. */
  function* manageable(principal: UserPrincipal, jobId: number): Work<JobRow | JobVerdict> {
    const job = yield* findJob(jobId);
    const { jobVisibility } = parts.configuration.current().values;
    if (!job || !maySeeJob(principal, jobVisibility, job))
      return { jobId, ok: false, code: 'job.not-found', message: `There is no job ${jobId}.` };
    if (!mayManageJob(principal, job))
      return {
        jobId,
        ok: false,
        status: job.status,
        minorStatus: job.minorStatus,
        code: 'access.denied',
        message: `Job ${jobId} belongs to ${job.owner}.`,
      };
    return job;
  }

  function* actOne(principal: UserPrincipal, action: JobAction, jobId: number): Work<JobVerdict> {
    const job = yield* manageable(principal, jobId);
    if ('ok' in job) return job;
    const state = stateAllows(action, job.status);
    if (!state.allowed) return refusal(job, state.reason ?? 'Not in this state.');
    return yield* doers[action](job, principal);
  }

  const doers: Record<JobAction, (job: JobRow, principal: UserPrincipal) => Work<JobVerdict>> = {
    *kill(job) {
      yield* moves.commandKill(job, clock.nowMs());
      return verdict(yield* move(job, [killed(clock.nowMs())]), 'Killed.');
    },
    *delete(job) {
      yield* moves.commandKill(job, clock.nowMs());
      const way = isPayloadFinal(job.status) ? [] : [killed(clock.nowMs())];
      return verdict(yield* move(job, [...way, deleted(clock.nowMs())]), 'Deleted.');
    },
    *reschedule(job) {
      const outcome = yield* parts.rescheduling.reschedule(job, { nowMs: clock.nowMs(), source: 'User' });
      if (outcome.kind !== 'exhausted') return verdict(outcome, 'Rescheduled.');
      const { maxRescheduling } = parts.configuration.current().values.jobDescription;
      return refusal(outcome.job, `Maximum number of reschedules exceeded (${maxRescheduling})`);
    },
  };

  const move = (job: JobRow, way: readonly Move[]): Work<MoveOutcome> =>
    moves.move(job, way, { nowMs: clock.nowMs() });

  return {
    submit,

    async act(principal, action, jobIds) {
      if (jobIds.length > mostActions)
        throw new WmsError('jobs.too-many', `At most ${mostActions} jobs can be named in one call.`);
      return Promise.all(jobIds.map((jobId) => database.write(() => actOne(principal, action, jobId))));
    },

    async setStatus(principal, changes, force) {
      const byJob = Map.groupBy(changes, (change) => change.jobId);
      return Promise.all(
        Array.from(byJob, ([jobId, ofJob]) =>
          database.write(function* () {
            const job = yield* manageable(principal, jobId);
            if ('ok' in job) return job;
            const changed = yield* parts.setJobStatus(job, ofJob, force);
            const { status, minorStatus } = changed;
            return { jobId, ok: true, status, minorStatus, message: 'Changed.' };
          }),
        ),
      );
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

const refusal = (job: JobRow, message: string): JobVerdict => ({
  jobId: job.jobId,
  ok: false,
  status: job.status,
  minorStatus: job.minorStatus,
  code: 'job.transition-refused',
  message,
});

const verdict = (outcome: MoveOutcome, message: string): JobVerdict =>
  outcome.kind === 'refused'
    ? refusal(outcome.job, `A job that is ${outcome.from} cannot become ${outcome.to}.`)
    : {
        jobId: outcome.job.jobId,
        ok: true,
        status: outcome.job.status,
        minorStatus: outcome.job.minorStatus,
        message,
      };

const digestOf = (principal: UserPrincipal, jdls: readonly string[]): string =>
  createHash('sha256')
    .update(JSON.stringify([principal.vo, principal.group, jdls]))
    .digest('hex');
