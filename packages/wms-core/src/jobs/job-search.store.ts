/**
 * SQL of job searches and summaries over the visible jobs of one VO. Runs beside the writer; summaries and counts
 * come from counters whenever these know all that is asked for (stack.md §6.5).
 */
import { rows, type Row, type SqlValue, type Work } from '../db/database.ts';
import { placeholders } from '../db/dialect.ts';
import {
  orderSql,
  selectSql,
  whereSql,
  type SearchCatalogue,
  type SearchColumn,
  type SqlText,
} from '../db/search-sql.ts';
import { jobColumns } from './job-attributes.ts';
import type { JobVisibility } from './job-rights.ts';
import type { SearchCondition, SortKey } from './job-search.ts';

export const jobCatalogue: SearchCatalogue = new Map(
  jobColumns.map(({ name, column }) => [name, { sql: column.sql, type: column.type }]),
);

/** The jobs somebody may see: never more than one VO. */
export interface JobCircle {
  readonly vo: string;
  readonly circle: JobVisibility;
  readonly owner: string;
  readonly ownerGroup: string;
}

export interface JobSelection {
  readonly visible: JobCircle;
  readonly search: readonly SearchCondition[];
  /** Jobs that one of these pilots ran; undefined = any. */
  readonly pilotStamps: readonly string[] | undefined;
}

/** Parameters $1 to $3 are VO, owner and group; for tables with columns of these names. */
export function visibleSql({ vo, circle, owner, ownerGroup }: JobCircle): SqlText {
  if (circle === 'vo') return { sql: 'vo = $1', params: [vo] };
  if (circle === 'own') return { sql: 'vo = $1 and owner = $2', params: [vo, owner] };
  return { sql: 'vo = $1 and (owner = $2 or owner_group = $3)', params: [vo, owner, ownerGroup] };
}

function selectionSql({ visible, search, pilotStamps }: JobSelection): SqlText {
  const seen = visibleSql(visible);
  const where = whereSql(jobCatalogue, search, seen.params.length + 1);
  const params = [...seen.params, ...where.params];
  const text = `${seen.sql} and ${where.sql}`;
  if (pilotStamps === undefined) return { sql: text, params };
  if (pilotStamps.length === 0) return { sql: '1 = 0', params: [] };
  const ran = `job_id in (select job_id from job_attempts where pilot_stamp in (${placeholders(pilotStamps.length, params.length + 1)}))`;
  return { sql: `${text} and ${ran}`, params: [...params, ...pilotStamps] };
}

export type ChosenColumns = readonly (readonly [string, SearchColumn])[];

/** Submission times grow with job ids, and ids have an index. */
const sortedAs = (sort: readonly SortKey[]): readonly SortKey[] =>
  sort.map((key) => (key.parameter === 'SubmissionTime' ? { ...key, parameter: 'JobID' } : key));

/** One page. The ids are found first, so that skipped rows are never read. */
export function* selectJobs(
  selection: JobSelection,
  chosen: ChosenColumns,
  page: { readonly sort: readonly SortKey[]; readonly limit: number; readonly offset: number },
): Work<readonly Row[]> {
  const where = selectionSql(selection);
  const order = orderSql(jobCatalogue, sortedAs(page.sort), 'job_id');
  const first = where.params.length + 1;
  return yield* rows(
    `select ${selectSql(chosen)} from jobs where job_id in (
       select job_id from jobs where ${where.sql} order by ${order} limit $${first} offset $${first + 1})
     order by ${order}`,
    [...where.params, page.limit, page.offset],
  );
}

export interface IdRange {
  /** Not included. */
  readonly after: number;
  /** Included. */
  readonly upper: number;
}

/** Ids of the selection in a range, lowest first. */
export function* selectJobIds(
  selection: JobSelection,
  { after, upper }: IdRange,
  limit: number,
): Work<readonly number[]> {
  const where = selectionSql(selection);
  const first = where.params.length + 1;
  const found = yield* rows<{ jobId: number }>(
    `select job_id as "jobId" from jobs where ${where.sql} and job_id > $${first} and job_id <= $${first + 1}
     order by job_id limit $${first + 2}`,
    [...where.params, after, upper, limit],
  );
  return found.map(({ jobId }) => jobId);
}

/** Those of some jobs that are in the selection. */
export function* selectedAmong(
  selection: JobSelection,
  jobIds: readonly number[],
): Work<ReadonlySet<number>> {
  if (jobIds.length === 0) return new Set();
  const where = selectionSql(selection);
  const found = yield* rows<{ jobId: number }>(
    `select job_id as "jobId" from jobs
     where job_id in (${placeholders(jobIds.length, where.params.length + 1)}) and ${where.sql}`,
    [...where.params, ...jobIds],
  );
  return new Set(found.map(({ jobId }) => jobId));
}

/** 0 while there is none. */
export function* highestJobId(): Work<number> {
  const found = yield* rows<{ jobId: number | null }>('select max(job_id) as "jobId" from jobs');
  return found[0]?.jobId ?? 0;
}

export function* selectDistinctJobs(
  selection: JobSelection,
  chosen: ChosenColumns,
  page: { readonly limit: number; readonly offset: number },
): Work<{ readonly found: readonly Row[]; readonly total: number }> {
  const where = selectionSql(selection);
  const first = where.params.length + 1;
  const select = `select distinct ${selectSql(chosen)} from jobs where ${where.sql}`;
  const positions = chosen.map((_, index) => index + 1).join(', ');
  const found = yield* rows(`${select} order by ${positions} limit $${first} offset $${first + 1}`, [
    ...where.params,
    page.limit,
    page.offset,
  ]);
  const counted = yield* rows<{ total: number }>(
    `select count(*) as total from (${select}) as found`,
    where.params,
  );
  return { found, total: counted[0]?.total ?? 0 };
}

// ---------------------------------------------------------------- counts

interface CounterTable {
  readonly table: string;
  /** Columns it knows. */
  readonly knows: ReadonlySet<string>;
}

const small = ['VO', 'OwnerGroup', 'Owner', 'Site', 'Status'];

/** Smallest first. What none of them knows is counted job by job. */
const counterTables: readonly CounterTable[] = [
  { table: 'job_counters', knows: new Set(small) },
  { table: 'job_detail_counters', knows: new Set([...small, 'JobGroup', 'JobType', 'MinorStatus']) },
];

/** Where to count: the smallest table that knows every column asked for, otherwise the jobs themselves. */
function source({ search, pilotStamps }: JobSelection, names: readonly string[]) {
  const asked = [...names, ...search.map(({ parameter }) => parameter)];
  const found =
    pilotStamps === undefined
      ? counterTables.find(({ knows }) => asked.every((name) => knows.has(name)))
      : undefined;
  return found
    ? { table: found.table, sum: 'cast(sum(jobs) as bigint)' }
    : { table: 'jobs', sum: 'count(*)' };
}

export function* countJobs(selection: JobSelection): Work<number> {
  const where = selectionSql(selection);
  const { table, sum } = source(selection, []);
  const found = yield* rows<{ total: SqlValue }>(
    `select ${sum} as total from ${table} where ${where.sql}`,
    where.params,
  );
  return Number(found[0]?.total ?? 0);
}

/** One row a combination of values that occurs, with `count`. */
export function* summariseJobs(selection: JobSelection, chosen: ChosenColumns): Work<readonly Row[]> {
  const where = selectionSql(selection);
  const { table, sum } = source(
    selection,
    chosen.map(([name]) => name),
  );
  const groups = chosen.map(([, { sql }]) => sql).join(', ');
  return yield* rows(
    `select ${selectSql(chosen)}, ${sum} as count from ${table} where ${where.sql}
     group by ${groups} having ${sum} > 0 order by ${groups}`,
    where.params,
  );
}
