/** SQL of bulks: the rows, the slices made ahead of their turn, the sandboxes their jobs share. */
import { insertBatch } from '../../db/batch.ts';
import { defer, one, rows, run, type Work } from '../../db/database.ts';
import type { BulkState } from '../../use-cases.ts';

export interface BulkRow {
  readonly bulkId: number;
  readonly vo: string;
  readonly ownerGroup: string;
  readonly owner: string;
  readonly jobName: string;
  readonly jobGroup: string;
  readonly digest: string;
  readonly jobCount: number;
  readonly firstJobId: number;
  readonly inputSandboxBytes: number;
  readonly state: BulkState;
  readonly reason: string | null;
  readonly nextSlice: number;
  readonly expanded: number;
  readonly createdAtMs: number;
  readonly confirmUntilMs: number | null;
  readonly settledAtMs: number | null;
}

/** The descriptions and the rules they were taken with, each as JSON; large. */
export interface BulkSource {
  readonly jdls: string;
  readonly rules: string;
}

const columns = `bulk_id as "bulkId", vo, owner_group as "ownerGroup", owner, job_name as "jobName",
  job_group as "jobGroup", digest, job_count as "jobCount", first_job_id as "firstJobId",
  input_sandbox_bytes as "inputSandboxBytes", state, reason,
  next_slice as "nextSlice", expanded, created_at_ms as "createdAtMs", confirm_until_ms as "confirmUntilMs",
  settled_at_ms as "settledAtMs"`;

type NewBulk = Omit<
  BulkRow,
  'bulkId' | 'inputSandboxBytes' | 'reason' | 'nextSlice' | 'expanded' | 'settledAtMs'
> &
  BulkSource;

/** Without its sandboxes, which want to know its id first. */
export function* insertBulk(bulk: NewBulk): Work<BulkRow> {
  const made = yield* one<BulkRow>(
    `insert into bulks (vo, owner_group, owner, job_name, job_group, jdls, rules, digest, job_count, first_job_id,
       input_sandbox_bytes, state, next_slice, expanded, created_at_ms, confirm_until_ms)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11, 0, 0, $12, $13) returning ${columns}`,
    [
      bulk.vo,
      bulk.ownerGroup,
      bulk.owner,
      bulk.jobName,
      bulk.jobGroup,
      bulk.jdls,
      bulk.rules,
      bulk.digest,
      bulk.jobCount,
      bulk.firstJobId,
      bulk.state,
      bulk.createdAtMs,
      bulk.confirmUntilMs,
    ],
  );
  if (!made) throw new Error('the insertion of a bulk returned no row');
  return made;
}

export function* setBulkSandboxBytes(bulkId: number, bytes: number): Work<void> {
  yield* run('update bulks set input_sandbox_bytes = $2 where bulk_id = $1', [bulkId, bytes]);
}

export function* findBulk(bulkId: number): Work<BulkRow | undefined> {
  return yield* one<BulkRow>(`select ${columns} from bulks where bulk_id = $1`, [bulkId]);
}

/** As `findBulk`; nobody else can change the bulk until the transaction ends. */
export function* lockBulk(bulkId: number): Work<BulkRow | undefined> {
  return yield* one<BulkRow>(`update bulks set expanded = expanded where bulk_id = $1 returning ${columns}`, [
    bulkId,
  ]);
}

export function* readBulkSource(bulkId: number): Work<BulkSource> {
  const source = yield* one<BulkSource>('select jdls, rules from bulks where bulk_id = $1', [bulkId]);
  if (!source) throw new Error(`there is no bulk ${bulkId}`);
  return source;
}

/** The bulk whose range of ids holds this one; undefined for a job that was submitted by itself. */
export function* findBulkOfJob(jobId: number): Work<BulkRow | undefined> {
  const nearest = yield* one<BulkRow>(
    `select ${columns} from bulks where first_job_id <= $1 order by first_job_id desc limit 1`,
    [jobId],
  );
  return nearest && jobId < nearest.firstJobId + nearest.jobCount ? nearest : undefined;
}

/** Own bulks, newest first. */
export function* listBulks(vo: string, owner: string, limit: number): Work<readonly BulkRow[]> {
  return yield* rows<BulkRow>(
    `select ${columns} from bulks where vo = $1 and owner = $2 order by bulk_id desc limit $3`,
    [vo, owner, limit],
  );
}

/** Bulks that something is left to do for, oldest first. */
export function* unsettledBulks(): Work<readonly BulkRow[]> {
  return yield* rows<BulkRow>(`select ${columns} from bulks where settled_at_ms is null order by bulk_id`);
}

/** What changes in the life of a bulk. */
export type BulkProgress = Pick<
  BulkRow,
  'state' | 'reason' | 'nextSlice' | 'expanded' | 'settledAtMs' | 'confirmUntilMs'
>;

export function* updateBulk(bulkId: number, progress: BulkProgress): Work<void> {
  const { confirmUntilMs, expanded, nextSlice, reason, settledAtMs, state } = progress;
  yield* run(
    `update bulks set state = $2, reason = $3, next_slice = $4, expanded = $5, settled_at_ms = $6,
       confirm_until_ms = $7 where bulk_id = $1`,
    [bulkId, state, reason, nextSlice, expanded, settledAtMs, confirmUntilMs],
  );
}

/** What whoever names a job needs of a bulk that has jobs still to be made. */
export type UnmadeBulk = Pick<
  BulkRow,
  'bulkId' | 'vo' | 'owner' | 'ownerGroup' | 'firstJobId' | 'jobCount' | 'nextSlice'
>;

/** Bulks with unmade jobs whose ranges touch these ids. */
export function* bulksToMake(lowest: number, highest: number): Work<readonly UnmadeBulk[]> {
  return yield* rows<UnmadeBulk>(
    `select bulk_id as "bulkId", vo, owner, owner_group as "ownerGroup", first_job_id as "firstJobId",
       job_count as "jobCount", next_slice as "nextSlice"
     from bulks where expanded < job_count and first_job_id <= $2 and first_job_id + job_count > $1`,
    [lowest, highest],
  );
}

// ---------------------------------------------------------------- slices made ahead

export interface SliceAhead {
  readonly slice: number;
  /** 1 when its jobs wait for the confirmation. */
  readonly held: number;
}

export function* slicesAhead(bulkId: number, from: number, to: number): Work<readonly SliceAhead[]> {
  return yield* rows<SliceAhead>(
    'select slice, held from bulk_slices where bulk_id = $1 and slice >= $2 and slice < $3',
    [bulkId, from, to],
  );
}

export function* hasSliceAhead(bulkId: number, slice: number): Work<boolean> {
  return (yield* slicesAhead(bulkId, slice, slice + 1)).length > 0;
}

const newSlices = insertBatch('bulk_slices', { bulk_id: 'bigint', slice: 'bigint', held: 'integer' });

export const insertSliceAhead = (bulkId: number, { held, slice }: SliceAhead): Work<void> =>
  defer(newSlices, [bulkId, slice, held]);

export function* removeSlicesAhead(bulkId: number, before: number): Work<void> {
  yield* run('delete from bulk_slices where bulk_id = $1 and slice < $2', [bulkId, before]);
}

// ---------------------------------------------------------------- what is left of it

/** Jobs of a range that have not ended, in order. */
export function* unendedJobs(from: number, to: number, limit: number): Work<readonly number[]> {
  const found = yield* rows<{ jobId: number }>(
    `select job_id as "jobId" from jobs where job_id >= $1 and job_id < $2
       and status not in ('Done', 'Failed', 'Completed', 'Killed', 'Deleted') order by job_id limit $3`,
    [from, to, limit],
  );
  return found.map(({ jobId }) => jobId);
}

/** Bulks that ended before the instant and have no job any more, at most `limit`. */
export function* bulksWithoutJobs(settledBeforeMs: number, limit: number): Work<readonly number[]> {
  const found = yield* rows<{ bulkId: number }>(
    `select bulk_id as "bulkId" from bulks b where b.settled_at_ms < $1 and not exists (
       select 1 from jobs j where j.job_id >= b.first_job_id and j.job_id < b.first_job_id + b.job_count)
     order by bulk_id limit $2`,
    [settledBeforeMs, limit],
  );
  return found.map(({ bulkId }) => bulkId);
}

export function* deleteBulk(bulkId: number): Work<void> {
  for (const table of ['bulk_slices', 'bulks'])
    yield* run(`delete from ${table} where bulk_id = $1`, [bulkId]);
}
