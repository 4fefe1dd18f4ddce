/**
 * A job of a bulk is real from the answer on, although its row is made later: whoever names one has its slice made
 * first. Wraps the use-cases that are given job ids, so none of them has to know of bulks.
 */
import type { Database } from '../../db/database.ts';
import type { ConfigurationSnapshot } from '../../configuration/schema.ts';
import type { UserPrincipal } from '../../identity/principal.ts';
import type { Clock } from '../../kernel/clock.ts';
import type {
  ExplainUseCases,
  JobManagerUseCases,
  JobMonitoringUseCases,
  JobOperationUseCases,
  SandboxUseCases,
} from '../../use-cases.ts';
import { maySeeJob } from '../job-rights.ts';
import type { SearchCondition } from '../job-search.ts';
import type { BulkExpansion } from './bulk-expansion.service.ts';
import { sliceOf } from './slices.ts';
import { bulksToMake, hasSliceAhead, type UnmadeBulk } from './bulk.store.ts';

/** Makes the jobs with these ids that are still to be made, if the principal may see them. */
export type MakeNamedJobs = (principal: UserPrincipal, jobIds: readonly number[]) => Promise<void>;

export function createMakeNamedJobs(parts: {
  readonly database: Database;
  readonly clock: Clock;
  readonly configuration: { current(): ConfigurationSnapshot };
  readonly expansion: BulkExpansion;
}): MakeNamedJobs {
  const { clock, database, expansion } = parts;

  const isOf = ({ firstJobId, jobCount }: UnmadeBulk, jobId: number): boolean =>
    jobId >= firstJobId && jobId < firstJobId + jobCount;

  return async (principal, jobIds) => {
    const lowest = jobIds.reduce((least, jobId) => Math.min(least, jobId), Infinity);
    const highest = jobIds.reduce((most, jobId) => Math.max(most, jobId), 0);
    if (highest === 0) return;
    const bulks = await database.read(() => bulksToMake(lowest, highest));
    const { jobVisibility } = parts.configuration.current().values;
    for (const bulk of bulks) {
      if (!maySeeJob(principal, jobVisibility, bulk)) continue;
      const named = jobIds.filter((jobId) => isOf(bulk, jobId));
      const slices = new Set(named.map((jobId) => sliceOf(jobId - bulk.firstJobId)));
      for (const slice of slices) {
        if (slice < bulk.nextSlice || (await database.read(() => hasSliceAhead(bulk.bulkId, slice))))
          continue;
        await database.write(() => expansion.expandAhead(bulk.bulkId, slice, clock.nowMs()));
      }
    }
  };
}

/** Ids a search names: those of `JobID = …` and `JobID in …`. */
function namedIn(search: readonly SearchCondition[]): readonly number[] {
  return search
    .filter(({ parameter }) => parameter === 'JobID')
    .flatMap((condition) => {
      if (condition.operator === 'eq') return [Number(condition.value)];
      return condition.operator === 'in' ? condition.values.map(Number) : [];
    })
    .filter(Number.isSafeInteger);
}

/** Calls `ask` when the job is made. */
type WhenMade = <T>(principal: UserPrincipal, jobId: number, ask: () => Promise<T>) => Promise<T>;

const whenMade =
  (make: MakeNamedJobs): WhenMade =>
  async (principal, jobId, ask) => {
    await make(principal, [jobId]);
    return ask();
  };

export function monitorNamedJobs(
  monitoring: JobMonitoringUseCases,
  make: MakeNamedJobs,
): JobMonitoringUseCases {
  const made = whenMade(make);
  return {
    async search(principal, query) {
      await make(principal, namedIn(query.search));
      return monitoring.search(principal, query);
    },
    async summary(principal, grouping, search) {
      await make(principal, namedIn(search));
      return monitoring.summary(principal, grouping, search);
    },
    job: (...of) => made(of[0], of[1], () => monitoring.job(...of)),
    jdl: (...of) => made(of[0], of[1], () => monitoring.jdl(...of)),
    parameters: (...of) => made(of[0], of[1], () => monitoring.parameters(...of)),
    logging: (...of) => made(of[0], of[1], () => monitoring.logging(...of)),
    decisions: (...of) => made(of[0], of[1], () => monitoring.decisions(...of)),
    peek: (...of) => made(of[0], of[1], () => monitoring.peek(...of)),
  };
}

export function manageNamedJobs(jobs: JobManagerUseCases, make: MakeNamedJobs): JobManagerUseCases {
  return {
    ...jobs,
    async act(principal, action, jobIds) {
      await make(principal, jobIds);
      return jobs.act(principal, action, jobIds);
    },
    async setStatus(principal, changes, force) {
      await make(
        principal,
        changes.map(({ jobId }) => jobId),
      );
      return jobs.setStatus(principal, changes, force);
    },
  };
}

export function operateNamedJobs(
  operations: JobOperationUseCases,
  make: MakeNamedJobs,
): JobOperationUseCases {
  return {
    ...operations,
    async act(principal, action, jobIds) {
      await make(principal, jobIds);
      return operations.act(principal, action, jobIds);
    },
    async preview(principal, action, search) {
      await make(principal, namedIn(search));
      return operations.preview(principal, action, search);
    },
  };
}

export function openNamedSandboxes(sandboxes: SandboxUseCases, make: MakeNamedJobs): SandboxUseCases {
  const made = whenMade(make);
  return {
    ...sandboxes,
    ofJob: (...of) => made(of[0], of[1], () => sandboxes.ofJob(...of)),
    files: (...of) => made(of[0], of[1], () => sandboxes.files(...of)),
    file: (...of) => made(of[0], of[1], () => sandboxes.file(...of)),
  };
}

export function explainNamedJobs(explain: ExplainUseCases, make: MakeNamedJobs): ExplainUseCases {
  const made = whenMade(make);
  return { ...explain, job: (...of) => made(of[0], of[1], () => explain.job(...of)) };
}
