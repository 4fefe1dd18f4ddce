/**
 * What users do with jobs they name: submit, act, change the status. Every call answers per job; a job of another
 * VO or of somebody else looks like one that does not exist. Each action is one call that is done when answered;
 * what is too many for a call is an operation, see `operations/`.
 */
import { createHash } from 'node:crypto';
import { afterCommit, type Database, type Work } from '../db/database.ts';
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import { hasProperty, type UserPrincipal } from '../identity/principal.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import { WmsError } from '../kernel/wms-error.ts';
import type { JobManagerUseCases, SubmissionWarning, SubmitRequest, SubmittedJob } from '../use-cases.ts';
import type { ActOnJob } from './act-on-job.service.ts';
import type { PreparedJob, StoreSubmission } from './job-submission.service.ts';
import type { Optimizers } from './optimizers/optimizers.service.ts';
import { prepareJobs } from './prepare-jobs.ts';
import type { SetJobStatus } from './set-job-status.service.ts';
import { findSubmission, insertSubmission } from './submission.store.ts';
import { SubmissionWarnings, withWarnings } from './submission-warnings.ts';

export interface JobManagerParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly configuration: { current(): ConfigurationSnapshot };
  readonly actOnJob: ActOnJob;
  readonly storeSubmission: StoreSubmission;
  readonly setJobStatus: SetJobStatus;
  readonly optimizers: Pick<Optimizers, 'firstStop'>;
  /** Resolves when the principal has a proxy that lasts; throws `proxy.missing|expired|short`. */
  readonly requireProxy: (principal: UserPrincipal) => Promise<void>;
}

/** Jobs that one call may name. */
export const mostActions = 10_000;

export function createJobManagerService(parts: JobManagerParts): JobManagerUseCases {
  const { database, clock, actOnJob } = parts;
  const log = parts.log.child({ part: 'job-manager' });

  async function submit(principal: UserPrincipal, request: SubmitRequest): Promise<readonly SubmittedJob[]> {
    if (!hasProperty(principal, 'NormalUser'))
      throw new WmsError('access.denied', `Members of ${principal.group} may not submit jobs.`);
    // Before the checks: what was accepted stays accepted, whatever became of the proxy and the configuration.
    const known = request.requestKey && (await database.read(() => repeated(principal, request)));
    if (known) return known;
    const warnings = new SubmissionWarnings();
    const jobs = prepareJobs(request.jdls, principal, parts.configuration.current().values, warnings);
    await parts.requireProxy(principal);
    return database.write(() => storeOnce(principal, request, jobs, warnings.list()));
  }

  /** The answer that this request got before. */
  function* repeated(
    principal: UserPrincipal,
    { jdls, requestKey }: SubmitRequest,
  ): Work<readonly SubmittedJob[] | undefined> {
    if (requestKey === undefined) return undefined;
    const known = yield* findSubmission(principal.accountId, requestKey);
    if (known && known.digest !== digestOf(principal, jdls))
      throw new WmsError('conflict', 'The same request key was used for another submission.');
    return known && (JSON.parse(known.answer) as readonly SubmittedJob[]);
  }

  function* storeOnce(
    principal: UserPrincipal,
    request: SubmitRequest,
    jobs: readonly PreparedJob[],
    warnings: readonly SubmissionWarning[],
  ): Work<readonly SubmittedJob[]> {
    const nowMs = clock.nowMs();
    const known = yield* repeated(principal, request); // of two at the same moment
    if (known) return known;
    const jobIds = yield* parts.storeSubmission(principal, jobs, nowMs);
    const submitted = jobIds.map((jobId, index): SubmittedJob => ({
      jobId,
      ...parts.optimizers.firstStop(jobs[index]?.chain),
      atMs: nowMs,
    }));
    const answer = withWarnings(submitted, warnings);
    if (request.requestKey !== undefined)
      yield* insertSubmission(
        principal.accountId,
        request.requestKey,
        { digest: digestOf(principal, request.jdls), answer: JSON.stringify(answer) },
        nowMs,
      );
    yield* afterCommit(() =>
      log.info({ first: jobIds[0], jobs: jobIds.length, owner: principal.userName }, 'job.submitted'),
    );
    return answer;
  }

  return {
    submit,

    async act(principal, action, jobIds) {
      if (jobIds.length > mostActions)
        throw new WmsError('jobs.too-many', `At most ${mostActions} jobs can be named in one call.`);
      const acted = await Promise.all(
        jobIds.map((jobId) => database.write(() => actOnJob.act(principal, action, jobId))),
      );
      return acted.map(({ verdict }) => verdict);
    },

    async setStatus(principal, changes, force) {
      const byJob = Map.groupBy(changes, (change) => change.jobId);
      return Promise.all(
        Array.from(byJob, ([jobId, ofJob]) =>
          database.write(function* () {
            const job = yield* actOnJob.manageable(principal, jobId);
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

const digestOf = (principal: UserPrincipal, jdls: readonly string[]): string =>
  createHash('sha256')
    .update(JSON.stringify([principal.vo, principal.group, jdls]))
    .digest('hex');
