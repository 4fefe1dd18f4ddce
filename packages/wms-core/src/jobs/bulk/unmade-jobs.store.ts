/** SQL of jobs that are still to be made: what is known of them is known of their bulk. */
import { rows, type Work } from '../../db/database.ts';
import { whereSql, type SearchCatalogue } from '../../db/search-sql.ts';
import { visibleSql, type IdRange, type JobSelection } from '../job-search.store.ts';
import type { BulkRow } from './bulk.store.ts';

/** Of a bulk that is being made. */
export type BulkInTheMaking = Pick<
  BulkRow,
  'bulkId' | 'vo' | 'owner' | 'ownerGroup' | 'firstJobId' | 'jobCount' | 'nextSlice' | 'expanded'
>;

/** The same for all jobs of a bulk, and said by its row; `status` is that in which a job is made. */
const known: SearchCatalogue = new Map([
  ['VO', { sql: 'vo', type: 'text' }],
  ['Owner', { sql: 'owner', type: 'text' }],
  ['OwnerGroup', { sql: 'owner_group', type: 'text' }],
  ['SubmissionTime', { sql: 'created_at_ms', type: 'time' }],
  ['Status', { sql: 'status', type: 'text' }],
]);

/** Whoever names jobs has them made at once, and what a pilot ran was made before. */
const isOfMadeJobs = ({ pilotStamps, search }: JobSelection): boolean =>
  pilotStamps !== undefined ||
  search.some(({ operator, parameter }) => parameter === 'JobID' && (operator === 'eq' || operator === 'in'));

/**
 * Bulks that are being made and have ids in the range, lowest first: without those of whose jobs it is known already
 * that none will be in the selection when it is made.
 */
export function* bulksInTheMaking(
  selection: JobSelection,
  { after, upper }: IdRange,
): Work<readonly BulkInTheMaking[]> {
  if (isOfMadeJobs(selection)) return [];
  const seen = visibleSql(selection.visible);
  const told = selection.search.filter(({ parameter }) => known.has(parameter));
  const where = whereSql(known, told, seen.params.length + 1);
  const first = seen.params.length + where.params.length + 1;
  return yield* rows<BulkInTheMaking>(
    `select bulk_id as "bulkId", vo, owner, owner_group as "ownerGroup", first_job_id as "firstJobId",
       job_count as "jobCount", next_slice as "nextSlice", expanded
     from bulks
     where settled_at_ms is null and state = 'Expanding' and ${seen.sql}
       and first_job_id + job_count - 1 > $${first} and first_job_id <= $${first + 1}
       and exists (select 1 from (select 'Waiting' as status union all select 'Checking') as made
         where ${where.sql})
     order by first_job_id`,
    [...seen.params, ...where.params, after, upper],
  );
}
