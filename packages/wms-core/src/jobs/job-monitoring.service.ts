/**
 * What users read of jobs: searches, summaries, one job with its description, parameters, history and the end
 * of its output. Rows stay inside the caller's VO and circle; a job outside looks like one that does not exist.
 */
import type { Database, Row, Work } from '../db/database.ts';
import { selectedColumns, wireRow } from '../db/search-sql.ts';
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import type { UserPrincipal } from '../identity/principal.ts';
import { WmsError } from '../kernel/wms-error.ts';
import { jobActions, type JobAction, type JobDetails, type JobMonitoringUseCases } from '../use-cases.ts';
import { findDecisions } from '../matching/decision.store.ts';
import { readerOf } from '../matching/reader-of.ts';
import { shownDecision, type DecisionRecord } from '../matching/shown-decision.ts';
import { stateAllows, type ActionState } from './job-actions.ts';
import { findSigns } from './job-command.store.ts';
import { readLog, readLogs, resolveLog } from './job-log.store.ts';
import { mayAct, maySeeJob, refusalOf, visibleCircle } from './job-rights.ts';
import { jobSelectionOf } from './job-selection.ts';
import {
  countJobs,
  jobCatalogue,
  selectDistinctJobs,
  selectJobs,
  summariseJobs,
  type ChosenColumns,
} from './job-search.store.ts';
import type { SearchCondition, SearchQuery } from './job-search.ts';
import { findDescription } from './job-description.service.ts';
import { attemptsOf, findJob, listParameters, type JobRow } from './job.store.ts';

export interface JobMonitoringParts {
  readonly database: Database;
  readonly configuration: { current(): ConfigurationSnapshot };
}

const mostRows = 10_000;

export function createJobMonitoringService(parts: JobMonitoringParts): JobMonitoringUseCases {
  const { database } = parts;
  const visibility = () => parts.configuration.current().values.jobVisibility;

  const selectionOf = (principal: UserPrincipal, search: readonly SearchCondition[]) =>
    jobSelectionOf(principal, visibility(), search);

  /** Throws `job.not-found` for jobs the principal may not see. */
  function* seenJob(principal: UserPrincipal, jobId: number): Work<JobRow> {
    const job = yield* findJob(jobId);
    if (!job || !maySeeJob(principal, visibility(), job))
      throw new WmsError('job.not-found', `There is no job ${jobId}.`, { jobId });
    return job;
  }

  function ofJob<T>(principal: UserPrincipal, jobId: number, work: (job: JobRow) => Work<T>): Promise<T> {
    return database.read(function* () {
      return yield* work(yield* seenJob(principal, jobId));
    });
  }

  return {
    async search(principal, query) {
      const { chosen, withLog } = chosenColumns(query);
      const selection = selectionOf(principal, query.search);
      const limit = Math.min(query.perPage, mostRows);
      const page = { sort: query.sort, limit, offset: (query.page - 1) * limit };
      return database.readHeavy(function* () {
        if (query.distinct) {
          const { found, total } = yield* selectDistinctJobs(selection, chosen, page);
          return { rows: found.map((row) => wireRow(chosen, row)), total };
        }
        const read =
          withLog && !chosen.some(([name]) => name === 'JobID') ? [jobIdColumn, ...chosen] : chosen;
        const found = yield* selectJobs(selection, read, page);
        // A page that is not full is the last one: no need to count, which may look at every row.
        const isLast = found.length < limit && (found.length > 0 || page.offset === 0);
        const total = isLast ? page.offset + found.length : yield* countJobs(selection);
        const wire = found.map((row) => wireRow(chosen, row));
        return { rows: withLog ? yield* addLogs(found, wire) : wire, total };
      });
    },

    async summary(principal, grouping, search) {
      const chosen = selectedColumns(jobCatalogue, grouping.length === 0 ? undefined : grouping);
      const selection = selectionOf(principal, search);
      const found = await database.readHeavy(() => summariseJobs(selection, chosen));
      return found.map((row) => ({ ...wireRow(chosen, row), count: Number(row['count']) }));
    },

    async job(principal, jobId) {
      const all = selectedColumns(jobCatalogue, undefined);
      return ofJob(principal, jobId, function* (job): Work<JobDetails> {
        const [row] = yield* selectJobs(
          {
            visible: { ...job, circle: 'vo' },
            search: [{ parameter: 'JobID', operator: 'eq', value: jobId }],
            pilotStamps: undefined,
          },
          all,
          { sort: [], limit: 1, offset: 0 },
        );
        return {
          jobId,
          attributes: wireRow(all, row ?? {}),
          actions: actionsOf(principal, job),
          pilotStamp: job.pilotStamp,
          attempt: job.attempt,
          attempts: yield* attemptsOf(jobId),
        };
      });
    },

    jdl: (principal, jobId, which) =>
      ofJob(principal, jobId, function* () {
        const description = yield* findDescription(jobId);
        return description?.[which] ?? '';
      }),

    parameters: (principal, jobId) =>
      ofJob(principal, jobId, function* (job) {
        const signs = yield* findSigns(jobId);
        const metrics = JSON.parse(signs?.metrics ?? '{}') as Readonly<Record<string, number>>;
        const measured = Object.entries(metrics).map(([name, value]) => ({
          name,
          value: String(value),
          attempt: signs?.attempt ?? job.attempt,
        }));
        return [...(yield* listParameters(jobId)), ...measured];
      }),

    logging: (principal, jobId) =>
      ofJob(principal, jobId, function* () {
        return resolveLog(yield* readLog(jobId));
      }),

    peek: (principal, jobId) =>
      ofJob(principal, jobId, function* (job) {
        const signs = yield* findSigns(jobId);
        const current = signs?.attempt === job.attempt ? signs : undefined;
        return {
          stdout: current?.stdoutTail ?? null,
          stderr: current?.stderrTail ?? null,
          atMs: current?.atMs ?? null,
          status: job.status,
        };
      }),

    decisions: (principal, jobId) =>
      ofJob(principal, jobId, function* (job) {
        const reader = {
          ...readerOf(principal, parts.configuration.current().values),
          seesVo: visibleCircle(principal, visibility()) === 'vo',
        };
        return (yield* findDecisions(jobId)).map(({ attempt, atMs, record }) => ({
          attempt,
          atMs,
          ...shownDecision(JSON.parse(record) as DecisionRecord, job, reader),
        }));
      }),
  };
}

const [jobIdColumn] = selectedColumns(jobCatalogue, ['JobID']) as readonly [ChosenColumns[number]];

/** `LoggingInfo` alone, or no parameters, means every column. */
function chosenColumns({ parameters }: SearchQuery): { chosen: ChosenColumns; withLog: boolean } {
  const columns = parameters?.filter((name) => name !== 'LoggingInfo');
  const withLog = columns !== undefined && columns.length !== parameters?.length;
  return { chosen: selectedColumns(jobCatalogue, columns?.length === 0 ? undefined : columns), withLog };
}

function* addLogs(
  found: readonly Row[],
  wire: readonly Readonly<Record<string, unknown>>[],
): Work<readonly Readonly<Record<string, unknown>>[]> {
  const jobIds = found.map((row) => Number(row['JobID']));
  const logs = Map.groupBy(yield* readLogs(jobIds), (entry) => entry.jobId);
  return wire.map((row, index) => ({
    ...row,
    LoggingInfo: resolveLog(logs.get(jobIds[index] ?? 0) ?? []).map((record) => ({
      Status: record.status,
      MinorStatus: record.minorStatus,
      ApplicationStatus: record.applicationStatus,
      StatusTime: new Date(record.atMs).toISOString(),
      Source: record.source,
    })),
  }));
}

function actionsOf(principal: UserPrincipal, job: JobRow): JobDetails['actions'] {
  const state = (action: JobAction): ActionState =>
    mayAct(principal, action, job)
      ? stateAllows(action, job.status)
      : { allowed: false, reason: refusalOf(principal, job) };
  return Object.fromEntries(jobActions.map((action) => [action, state(action)])) as JobDetails['actions'];
}
