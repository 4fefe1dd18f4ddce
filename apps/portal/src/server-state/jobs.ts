/**
 * Jobs as the portal reads and changes them: query options and actions. Keys begin with `jobs`, pages with
 * `jobs, page`, everything of one job with `jobs, one, <id>`, so that live events can reach them.
 */
import { queryOptions } from '@tanstack/react-query';
import type { JobAction, SearchCondition, SortKey } from '@wm/wms-core/vocabulary';
import { api } from './api.ts';
import { countsOf, searchPageOf, valueText, type Count, type SearchPage } from './search-page.ts';

export interface JobsQuery {
  /** Resolved when the server is asked, so that "the last hour" moves along. */
  readonly conditions: (nowMs: number) => readonly SearchCondition[];
  /** Pilot references or stamps whose jobs are wanted; empty = of any pilot. */
  readonly pilots: readonly string[];
  readonly sort: SortKey;
  readonly page: number;
  readonly perPage: number;
  readonly parameters: readonly string[];
}

type Wire = Parameters<typeof api.call<'POST /api/jobs/search'>>[1]['body'];
type WireCondition = NonNullable<NonNullable<Wire>['search']>[number];

/** The contract wants mutable arrays. */
const wireCondition = (condition: SearchCondition): WireCondition =>
  'values' in condition ? { ...condition, values: [...condition.values] } : { ...condition };

const stampPattern = /^[0-9a-f]{32}$/;

/** Stamps of what the user wrote: stamps are taken as they are, references are looked up. */
async function stampsOf(references: readonly string[], signal: AbortSignal | undefined): Promise<string[]> {
  const stamps = references.filter((reference) => stampPattern.test(reference));
  const others = references.filter((reference) => !stampPattern.test(reference));
  if (others.length === 0) return stamps;
  const rows = await api.call(
    'POST /bff/pilots/search',
    {
      query: { page: 1, per_page: 1000 },
      body: {
        parameters: ['PilotStamp'],
        search: [{ parameter: 'PilotJobReference', operator: 'in', values: others }],
      },
    },
    { signal },
  );
  return [...stamps, ...rows.map((row) => valueText(row['PilotStamp']))];
}

async function conditionsOf(
  query: JobsQuery,
  signal: AbortSignal | undefined,
): Promise<WireCondition[] | 'none'> {
  const conditions = query.conditions(Date.now()).map(wireCondition);
  const asksForIds = conditions.some((condition) => condition.parameter === 'JobID');
  if (query.pilots.length === 0 || asksForIds) return conditions;
  const stamps = await stampsOf(query.pilots, signal);
  if (stamps.length === 0) return 'none';
  return [...conditions, { parameter: 'PilotStamp', operator: 'in', values: stamps }];
}

/** One page. Past the end the page is empty and the total says how far there is to go. */
export async function readJobsPage(query: JobsQuery, signal?: AbortSignal): Promise<SearchPage> {
  const search = await conditionsOf(query, signal);
  if (search === 'none') return { rows: [], total: 0, readAtMs: Date.now() };
  const answer = await api.callWithHeaders(
    'POST /api/jobs/search',
    {
      query: { page: query.page, per_page: query.perPage },
      body: { parameters: [...query.parameters], search, sort: [query.sort] },
    },
    { signal },
  );
  return searchPageOf(answer, Date.now());
}

/** Rows of some jobs, for the ids the live events named. Jobs that are gone are left out. */
export function readJobRows(
  jobIds: readonly number[],
  parameters: readonly string[],
): Promise<SearchPage['rows']> {
  return api.call('POST /api/jobs/search', {
    query: { page: 1, per_page: Math.max(1, jobIds.length) },
    body: {
      parameters: [...parameters],
      search: [{ parameter: 'JobID', operator: 'in', values: [...jobIds] }],
    },
  });
}

/** Most ids that "select all" can take. */
export const selectAllLimit = 10_000;

/** Ids of everything that matches, in the order of the grid, at most `selectAllLimit`. */
export async function readMatchingJobIds(query: JobsQuery): Promise<readonly number[]> {
  const { rows } = await readJobsPage({ ...query, page: 1, perPage: selectAllLimit, parameters: ['JobID'] });
  return rows.map((row) => Number(row['JobID']));
}

/** Jobs by one attribute, most frequent first. */
async function readJobCounts(
  attribute: string,
  conditions: readonly SearchCondition[],
  signal?: AbortSignal,
): Promise<readonly Count[]> {
  const rows = await api.call(
    'POST /api/jobs/summary',
    { body: { grouping: [attribute], search: conditions.map(wireCondition) } },
    { signal },
  );
  return countsOf(rows, attribute);
}

/** Values of a selector with their counts over all jobs the user may see. */
export const jobOptionsQuery = (attribute: string) =>
  queryOptions({
    queryKey: ['jobs', 'options', attribute],
    queryFn: ({ signal }) => readJobCounts(attribute, [], signal),
    staleTime: 60_000,
  });

/** Counts over filtered jobs; `what` tells one set of filters from another. Kept fresh by whoever shows them. */
export const jobCountsQuery = (
  attribute: string,
  what: unknown,
  conditions: (nowMs: number) => readonly SearchCondition[],
) =>
  queryOptions({
    queryKey: ['jobs', 'options', 'counts', attribute, what],
    queryFn: ({ signal }) => readJobCounts(attribute, conditions(Date.now()), signal),
  });

const oneJob = (jobId: number, part: string) => ['jobs', 'one', jobId, part] as const;

export const jobQuery = (jobId: number) =>
  queryOptions({
    queryKey: oneJob(jobId, 'details'),
    queryFn: ({ signal }) => api.call('GET /bff/jobs/:jobId', { params: { jobId } }, { signal }),
  });

export const jobJdlQuery = (jobId: number, original: boolean) =>
  queryOptions({
    queryKey: oneJob(jobId, original ? 'originalJdl' : 'jdl'),
    queryFn: async ({ signal }) => {
      const query = original ? { original: 'true' } : {};
      return (await api.call('GET /bff/jobs/:jobId/jdl', { params: { jobId }, query }, { signal })).jdl;
    },
  });

export const jobParametersQuery = (jobId: number) =>
  queryOptions({
    queryKey: oneJob(jobId, 'parameters'),
    queryFn: async ({ signal }) =>
      (await api.call('GET /bff/jobs/:jobId/parameters', { params: { jobId } }, { signal })).parameters,
  });

export const jobLoggingQuery = (jobId: number) =>
  queryOptions({
    queryKey: oneJob(jobId, 'logging'),
    queryFn: async ({ signal }) =>
      (await api.call('GET /bff/jobs/:jobId/logging', { params: { jobId } }, { signal })).records,
  });

/** First attempt first. */
export const jobDecisionsQuery = (jobId: number) =>
  queryOptions({
    queryKey: oneJob(jobId, 'decisions'),
    queryFn: async ({ signal }) =>
      (await api.call('GET /bff/jobs/:jobId/decisions', { params: { jobId } }, { signal })).decisions,
  });

export const jobPeekQuery = (jobId: number) =>
  queryOptions({
    queryKey: oneJob(jobId, 'peek'),
    queryFn: ({ signal }) => api.call('GET /bff/jobs/:jobId/peek', { params: { jobId } }, { signal }),
  });

export type Verdict = Awaited<ReturnType<typeof actOnJobs>>['verdicts'][number];

/** One verdict a job, in the order asked, and the operation that can be undone if there is one. */
export const actOnJobs = (action: JobAction, jobIds: readonly number[]) =>
  api.call('POST /bff/jobs/actions', { body: { action, jobIds: [...jobIds] } });

/** What an action would do to everything that matches; undefined when nothing can match. */
export async function previewAction(action: JobAction, query: JobsQuery) {
  const search = await conditionsOf(query, undefined);
  if (search === 'none') return undefined;
  return api.call('POST /bff/job-operations/preview', { body: { action, search } });
}
