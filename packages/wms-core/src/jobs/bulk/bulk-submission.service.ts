/**
 * What users do with bulks: submit many jobs in one call, watch them being made, confirm or abandon. The whole
 * submission is checked before the answer; the jobs are made afterwards by the agent.
 */
import { createHash } from 'node:crypto';
import { afterCommit, type Database, type Work } from '../../db/database.ts';
import type { ConfigurationSnapshot } from '../../configuration/schema.ts';
import { hasProperty, type UserPrincipal } from '../../identity/principal.ts';
import type { Clock } from '../../kernel/clock.ts';
import { givingWay } from '../../kernel/giving-way.ts';
import type { Logger } from '../../kernel/logger.ts';
import { WmsError } from '../../kernel/wms-error.ts';
import type { Bulk, BulkRequest, BulkUseCases, SubmissionWarning, SubmittedBulk } from '../../use-cases.ts';
import { mayManageJob, maySeeJob } from '../job-rights.ts';
import { numbered } from '../job-number.ts';
import { reserveJobIds } from '../job.store.ts';
import { manifestContext } from '../prepare-jobs.ts';
import { findSubmission, insertSubmission } from '../submission.store.ts';
import { SubmissionWarnings } from '../submission-warnings.ts';
import type { BulkExpansion } from './bulk-expansion.service.ts';
import { rulesOf } from './bulk-template.ts';
import {
  findBulk,
  insertBulk,
  listBulks,
  lockBulk,
  setBulkSandboxBytes,
  type BulkRow,
  type BulkSource,
} from './bulk.store.ts';
import { makeTemplate } from './make-template.ts';
import { digestOf, rememberTemplate } from './template-memo.service.ts';

/** Gives a bulk the input sandboxes of its jobs, answers bytes a job; throws `sandbox.not-found`, which undoes all. */
export type AssignBulkSandboxes = (
  owner: { readonly vo: string; readonly owner: string; readonly ownerGroup: string },
  bulkId: number,
  pfns: readonly string[],
) => Work<number>;

export interface BulkSubmissionParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly configuration: { current(): ConfigurationSnapshot };
  readonly expansion: BulkExpansion;
  readonly assignBulkSandboxes: AssignBulkSandboxes;
  readonly requireProxy: (principal: UserPrincipal) => Promise<void>;
  /** There is something to do for the agent. */
  readonly wake: () => void;
}

interface Stored {
  readonly bulk: BulkRow;
  readonly warnings: readonly SubmissionWarning[];
}

/** What is kept for repetitions. */
interface StoredAnswer {
  readonly bulkId: number;
  /** Absent in what an older release stored. */
  readonly warnings?: readonly SubmissionWarning[];
}

const mostListed = 20;

/** Who asked for what: a repetition under one key must be the same. */
const requestDigest = ({ group, vo }: UserPrincipal, { confirm = false, jdls }: BulkRequest): string =>
  createHash('sha256')
    .update(JSON.stringify(['bulk', vo, group, jdls, confirm]))
    .digest('hex');

export function createBulkSubmission(parts: BulkSubmissionParts): BulkUseCases {
  const { clock, database, expansion } = parts;
  const log = parts.log.child({ part: 'bulks' });
  const values = () => parts.configuration.current().values;

  async function prepare(principal: UserPrincipal, { jdls }: BulkRequest) {
    const context = manifestContext(principal, values());
    const { maxJdlBytes, maxJobsPerBulk: maxJobs } = context.jobDescription;
    const warnings = new SubmissionWarnings();
    const template = makeTemplate(jdls, context, { maxJobs, maxJdlBytes }, warnings);
    const refusal = await givingWay(template.check());
    if (refusal) throw refusal;
    const source: BulkSource = { jdls: JSON.stringify(jdls), rules: JSON.stringify(rulesOf(context)) };
    return { template, source, digest: digestOf(source), warnings: warnings.list() };
  }

  type Prepared = Awaited<ReturnType<typeof prepare>>;

  function* store(principal: UserPrincipal, request: BulkRequest, prepared: Prepared): Work<Stored> {
    const { digest, source, template, warnings } = prepared;
    const nowMs = clock.nowMs();
    const owned = { vo: principal.vo, owner: principal.userName, ownerGroup: principal.group };
    // Locks the counter of ids: of two repetitions at a time the second sees what the first stored.
    const firstJobId = yield* reserveJobIds(0);
    const known = yield* repeated(principal, request);
    if (known) return known;
    yield* reserveJobIds(template.count);
    const job = numbered(template.job(0), firstJobId);
    const bulk = yield* insertBulk({
      ...owned,
      ...source,
      jobName: job.jobName,
      jobGroup: job.jobGroup,
      digest,
      jobCount: template.count,
      firstJobId,
      state: request.confirm ? 'Unconfirmed' : 'Expanding',
      createdAtMs: nowMs,
      confirmUntilMs: request.confirm ? nowMs + values().lifeCycle.confirmBulkWithinS * 1000 : null,
    });
    const { bulkId } = bulk;
    const bytes = yield* parts.assignBulkSandboxes(owned, bulkId, job.inputSandboxes);
    if (bytes > 0) yield* setBulkSandboxBytes(bulkId, bytes);
    if (request.requestKey !== undefined)
      yield* insertSubmission(
        principal.accountId,
        request.requestKey,
        { digest: requestDigest(principal, request), answer: JSON.stringify({ bulkId, warnings }) },
        nowMs,
      );
    yield* afterCommit(() => {
      parts.wake();
      log.info({ bulkId, first: firstJobId, jobs: template.count, owner: owned.owner }, 'bulk.submitted');
    });
    return { bulk, warnings };
  }

  /** The bulk that this request made before. */
  function* repeated(principal: UserPrincipal, request: BulkRequest): Work<Stored | undefined> {
    if (request.requestKey === undefined) return undefined;
    const known = yield* findSubmission(principal.accountId, request.requestKey);
    if (!known) return undefined;
    if (known.digest !== requestDigest(principal, request))
      throw new WmsError('conflict', 'The same request key was used for another submission.');
    const { bulkId, warnings = [] } = JSON.parse(known.answer) as StoredAnswer;
    const bulk = yield* findBulk(bulkId);
    return bulk && { bulk, warnings };
  }

  const noSuchBulk = (bulkId: number): WmsError =>
    new WmsError('not-found', `There is no bulk ${bulkId}.`, { bulkId });

  function seen(principal: UserPrincipal, bulkId: number, bulk: BulkRow | undefined): BulkRow {
    if (!bulk || !maySeeJob(principal, values().jobVisibility, bulk)) throw noSuchBulk(bulkId);
    return bulk;
  }

  function* managed(principal: UserPrincipal, bulkId: number): Work<BulkRow> {
    const bulk = seen(principal, bulkId, yield* lockBulk(bulkId));
    if (mayManageJob(principal, bulk)) return bulk;
    throw new WmsError('access.denied', `Bulk ${bulkId} belongs to ${bulk.owner}.`);
  }

  const expired = ({ confirmUntilMs }: BulkRow): boolean =>
    confirmUntilMs !== null && confirmUntilMs <= clock.nowMs();

  function* confirmOne(principal: UserPrincipal, bulkId: number): Work<BulkRow> {
    const bulk = yield* managed(principal, bulkId);
    if (bulk.state === 'Unconfirmed' && expired(bulk))
      return yield* expansion.abandon(bulk, 'Bulk submission not confirmed', clock.nowMs());
    return yield* expansion.confirm(bulk, clock.nowMs());
  }

  return {
    async submit(principal, request) {
      if (!hasProperty(principal, 'NormalUser'))
        throw new WmsError('access.denied', `Members of ${principal.group} may not submit jobs.`);
      // Before the checks: what was accepted stays accepted, whatever became of the proxy and the configuration.
      const known = request.requestKey && (await database.read(() => repeated(principal, request)));
      if (known) return submittedBulk(known);
      const prepared = await prepare(principal, request);
      await parts.requireProxy(principal);
      const stored = await database.write(() => store(principal, request, prepared));
      rememberTemplate(prepared.digest, prepared.template, prepared.source);
      return submittedBulk(stored);
    },

    async bulk(principal, bulkId) {
      return viewOf(seen(principal, bulkId, await database.read(() => findBulk(bulkId))));
    },

    async list(principal) {
      const { userName, vo } = principal;
      return (await database.read(() => listBulks(vo, userName, mostListed))).map(viewOf);
    },

    async confirm(principal, bulkId) {
      const bulk = await database.write(() => confirmOne(principal, bulkId));
      parts.wake();
      if (bulk.state === 'Abandoned')
        throw new WmsError('conflict', `Bulk ${bulkId} cannot be confirmed any more: ${bulk.reason}.`, {
          bulkId,
          reason: bulk.reason,
        });
      return viewOf(bulk);
    },

    async abandon(principal, bulkId) {
      const bulk = await database.write(function* () {
        const found = yield* managed(principal, bulkId);
        return yield* expansion.abandon(found, 'Bulk submission abandoned', clock.nowMs());
      });
      parts.wake();
      return viewOf(bulk);
    },
  };
}

const submittedBulk = ({ bulk, warnings }: Stored): SubmittedBulk => ({ ...viewOf(bulk), warnings });

const viewOf = (bulk: BulkRow): Bulk => ({
  bulkId: bulk.bulkId,
  state: bulk.state,
  reason: bulk.reason,
  firstJobId: bulk.firstJobId,
  jobCount: bulk.jobCount,
  expanded: bulk.expanded,
  isSettled: bulk.settledAtMs !== null,
  owner: bulk.owner,
  ownerGroup: bulk.ownerGroup,
  jobName: bulk.jobName,
  jobGroup: bulk.jobGroup,
  createdAtMs: bulk.createdAtMs,
  confirmUntilMs: bulk.confirmUntilMs,
});
