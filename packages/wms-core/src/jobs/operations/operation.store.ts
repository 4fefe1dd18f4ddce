/** SQL of operations on many jobs and of their verdicts. */
import { insertBatch } from '../../db/batch.ts';
import { defer, one, rows, run, type Work } from '../../db/database.ts';
import { placeholders } from '../../db/dialect.ts';
import type { JobOperation, JobVerdict, OperationState } from '../../use-cases.ts';

export interface OperationRow extends Omit<JobOperation, 'state'> {
  readonly state: OperationState | 'Previewed';
  readonly token: string;
  readonly accountId: string;
  readonly userName: string;
  readonly vo: string;
  readonly userGroup: string;
  /** JSON list of group properties. */
  readonly properties: string;
  /** JSON list of conditions; null when jobs were named or another operation is taken back. */
  readonly search: string | null;
  readonly upperJobId: number;
  /** Jobs up to this one are done with. */
  readonly afterJobId: number;
}

type GivenAtFirst =
  | 'token'
  | 'action'
  | 'state'
  | 'accountId'
  | 'userName'
  | 'vo'
  | 'userGroup'
  | 'properties'
  | 'search'
  | 'upperJobId'
  | 'total';

export interface NewOperation extends Pick<OperationRow, GivenAtFirst> {
  readonly undoes: number | null;
  readonly atMs: number;
  /** Of an operation that is stored when it is over. */
  readonly finishedAtMs: number | null;
  readonly undoUntilMs: number | null;
}

const columns = `operation_id as "operationId", token, action, state, account_id as "accountId",
  user_name as "userName", vo, user_group as "userGroup", properties, search, upper_job_id as "upperJobId",
  after_job_id as "afterJobId", total, done, refused, undoable, undoes, undone_by as "undoneBy",
  created_at_ms as "createdAtMs", finished_at_ms as "finishedAtMs", undo_until_ms as "undoUntilMs", reason`;

export function* insertOperation(operation: NewOperation): Work<OperationRow> {
  const made = yield* one<OperationRow>(
    `insert into job_operations (token, action, state, account_id, user_name, vo, user_group, properties, search,
       upper_job_id, after_job_id, total, done, refused, undoable, undoes, created_at_ms,
       finished_at_ms, undo_until_ms)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11, 0, 0, 0, $12, $13, $14, $15) returning ${columns}`,
    [
      operation.token,
      operation.action,
      operation.state,
      operation.accountId,
      operation.userName,
      operation.vo,
      operation.userGroup,
      operation.properties,
      operation.search,
      operation.upperJobId,
      operation.total,
      operation.undoes,
      operation.atMs,
      operation.finishedAtMs,
      operation.undoUntilMs,
    ],
  );
  if (!made) throw new Error('the insertion of an operation returned no row');
  return made;
}

export const findOperation = (operationId: number): Work<OperationRow | undefined> =>
  one<OperationRow>(`select ${columns} from job_operations where operation_id = $1`, [operationId]);

export const findOperationByToken = (token: string): Work<OperationRow | undefined> =>
  one<OperationRow>(`select ${columns} from job_operations where token = $1`, [token]);

/** Newest first, without mere previews. */
export const operationsOf = (accountId: string, vo: string, limit: number): Work<readonly OperationRow[]> =>
  rows<OperationRow>(
    `select ${columns} from job_operations where account_id = $1 and vo = $2 and state <> 'Previewed'
     order by operation_id desc limit $3`,
    [accountId, vo, limit],
  );

/** Oldest first. */
export function* runningOperations(): Work<readonly number[]> {
  const found = yield* rows<{ id: number }>(
    `select operation_id as id from job_operations where state = 'Running' order by operation_id`,
  );
  return found.map(({ id }) => id);
}

/** False when it was started before. */
export function* startPreviewed(operationId: number): Work<boolean> {
  const started = yield* one(
    `update job_operations set state = 'Running' where operation_id = $1 and state = 'Previewed'
     returning operation_id`,
    [operationId],
  );
  return started !== undefined;
}

export interface Progress {
  readonly done: number;
  readonly refused: number;
  readonly undoable: number;
}

/** Moves the place on; false when somebody else did, or when the operation does not run any more. */
export function* takePlace(
  { operationId, afterJobId }: Pick<OperationRow, 'operationId' | 'afterJobId'>,
  to: number,
): Work<boolean> {
  const taken = yield* one(
    `update job_operations set after_job_id = $3
     where operation_id = $1 and after_job_id = $2 and state = 'Running' returning operation_id`,
    [operationId, afterJobId, to],
  );
  return taken !== undefined;
}

export function* addProgress(operationId: number, { done, refused, undoable }: Progress): Work<void> {
  yield* run(
    `update job_operations set done = done + $2, refused = refused + $3, undoable = undoable + $4
     where operation_id = $1`,
    [operationId, done, refused, undoable],
  );
}

/** Nothing happens when it has ended already. */
export function* finishOperation(
  operationId: number,
  state: Exclude<OperationState, 'Running'>,
  end: {
    readonly atMs: number;
    readonly undoUntilMs: number | null;
    readonly reason: string | null;
  },
): Work<void> {
  yield* run(
    `update job_operations set state = $2, finished_at_ms = $3, reason = $5,
       undo_until_ms = case when undoable > 0 then cast($4 as bigint) end
     where operation_id = $1 and state = 'Running'`,
    [operationId, state, end.atMs, end.undoUntilMs, end.reason],
  );
}

/** False when it was taken back before. */
export function* markUndone(operationId: number, undoneBy: number): Work<boolean> {
  const marked = yield* one(
    `update job_operations set undone_by = $2 where operation_id = $1 and undone_by is null
     returning operation_id`,
    [operationId, undoneBy],
  );
  return marked !== undefined;
}

// ---------------------------------------------------------------- verdicts

export interface NewVerdict {
  readonly verdict: JobVerdict;
  /** JSON, see `undo-job.ts`. */
  readonly memory: string | null;
}

const newVerdicts = insertBatch('job_operation_jobs', {
  operation_id: 'bigint',
  job_id: 'bigint',
  ok: 'integer',
  code: 'text',
  message: 'text',
  status: 'text',
  memory: 'text',
});

export const insertVerdict = (operationId: number, { verdict, memory }: NewVerdict): Work<void> =>
  defer(newVerdicts, [
    operationId,
    verdict.jobId,
    verdict.ok ? 1 : 0,
    verdict.code ?? null,
    verdict.message,
    verdict.status ?? null,
    memory,
  ]);

interface VerdictRow extends Pick<JobVerdict, 'jobId' | 'message'> {
  readonly ok: number;
  readonly code: JobVerdict['code'] | null;
  readonly status: JobVerdict['status'] | null;
}

export function* listVerdicts(
  operationId: number,
  query: { readonly ok: boolean | undefined; readonly afterJobId: number; readonly limit: number },
): Work<readonly JobVerdict[]> {
  const which = query.ok === undefined ? '' : `and ok = ${query.ok ? 1 : 0}`;
  const found = yield* rows<VerdictRow>(
    `select job_id as "jobId", ok, code, message, status from job_operation_jobs
     where operation_id = $1 and job_id > $2 ${which} order by job_id limit $3`,
    [operationId, query.afterJobId, query.limit],
  );
  return found.map(({ ok, code, status, ...rest }) => ({
    ...rest,
    ok: ok === 1,
    ...(code === null ? {} : { code }),
    ...(status === null ? {} : { status }),
  }));
}

export interface RememberedJob {
  readonly jobId: number;
  /** JSON, see `undo-job.ts`. */
  readonly memory: string;
}

/** Jobs an operation remembers, lowest first. */
export const rememberedJobs = (
  operationId: number,
  afterJobId: number,
  limit: number,
): Work<readonly RememberedJob[]> =>
  rows<RememberedJob>(
    `select job_id as "jobId", memory from job_operation_jobs
     where operation_id = $1 and job_id > $2 and memory is not null order by job_id limit $3`,
    [operationId, afterJobId, limit],
  );

// ---------------------------------------------------------------- cleaning

/** Operations that ended before the instant, and previews nobody started. */
export function* endedOperations(
  endedBeforeMs: number,
  previewedBeforeMs: number,
  limit: number,
): Work<readonly number[]> {
  const found = yield* rows<{ id: number }>(
    `select operation_id as id from job_operations
     where finished_at_ms < $1 or (state = 'Previewed' and created_at_ms < $2) order by operation_id limit $3`,
    [endedBeforeMs, previewedBeforeMs, limit],
  );
  return found.map(({ id }) => id);
}

/** Removes at most `limit` verdicts, and the operation when none is left; true when it is gone. */
export function* removeOperation(operationId: number, limit: number): Work<boolean> {
  const removed = yield* rows<{ jobId: number }>(
    `delete from job_operation_jobs where operation_id = $1 and job_id in (
       select job_id from job_operation_jobs where operation_id = $1 order by job_id limit $2)
     returning job_id as "jobId"`,
    [operationId, limit],
  );
  if (removed.length === limit) return false;
  yield* run('delete from job_operations where operation_id = $1', [operationId]);
  return true;
}

/**
 * Of some jobs those that an operation is still to act on, or that may be given back: nobody else removes them.
 * An operation on all that match is taken to mean every job of its VO between its place and its end.
 */
export function* jobsInOperations(jobIds: readonly number[], nowMs: number): Work<ReadonlySet<number>> {
  if (jobIds.length === 0) return new Set();
  const list = placeholders(jobIds.length, 2);
  const found = yield* rows<{ jobId: number }>(
    `select m.job_id as "jobId" from job_operation_jobs m
       join job_operations o on o.operation_id = m.operation_id
       left join job_operations u on u.operation_id = o.undone_by
     where m.job_id in (${list}) and m.memory is not null
       and (o.state = 'Running' or u.state = 'Running' or (o.undone_by is null and o.undo_until_ms >= $1))
     union
     select j.job_id from jobs j
       join job_operations o on o.state = 'Running' and o.search is not null and o.vo = j.vo
         and o.after_job_id < j.job_id and o.upper_job_id >= j.job_id
     where j.job_id in (${list})`,
    [nowMs, ...jobIds],
  );
  return new Set(found.map(({ jobId }) => jobId));
}
