/**
 * SQL of the job rows, their descriptions, attempts and parameters. Status columns are written only through
 * `job-moves.service.ts`; this file does what it is told.
 */
import { one, rows, run, type SqlValue, type Work } from '../db/database.ts';
import type { JobStatus } from './job-status.ts';

/** What moves and rights need of a job; the rest of the row is for searches. */
export interface JobRow {
  readonly jobId: number;
  readonly vo: string;
  readonly ownerGroup: string;
  readonly owner: string;
  readonly site: string;
  readonly status: JobStatus;
  readonly minorStatus: string;
  readonly applicationStatus: string;
  readonly userPriority: number;
  readonly rescheduleCounter: number;
  /** Attempts given back before a payload started. */
  readonly shallowCounter: number;
  readonly rescheduledAtMs: number | null;
  readonly lastUpdateAtMs: number;
  readonly startExecAtMs: number | null;
  readonly heartbeatAtMs: number | null;
  readonly endExecAtMs: number | null;
  readonly reportedAtMs: number | null;
  readonly attempt: number;
  readonly pilotStamp: string | null;
  readonly taskQueueId: number | null;
}

export interface NewJob {
  readonly vo: string;
  readonly ownerGroup: string;
  readonly owner: string;
  readonly jobType: string;
  readonly jobGroup: string;
  readonly jobName: string;
  readonly site: string;
  readonly status: JobStatus;
  readonly minorStatus: string;
  readonly userPriority: number;
  readonly taskQueueId: number | null;
  readonly atMs: number;
}

/** Columns that may change, with the field they belong to. Only those that differ are written. */
const changing = [
  ['site', 'site'],
  ['status', 'status'],
  ['minorStatus', 'minor_status'],
  ['applicationStatus', 'application_status'],
  ['rescheduleCounter', 'reschedule_counter'],
  ['shallowCounter', 'shallow_counter'],
  ['rescheduledAtMs', 'rescheduled_at_ms'],
  ['lastUpdateAtMs', 'last_update_at_ms'],
  ['startExecAtMs', 'start_exec_at_ms'],
  ['heartbeatAtMs', 'heartbeat_at_ms'],
  ['endExecAtMs', 'end_exec_at_ms'],
  ['reportedAtMs', 'reported_at_ms'],
  ['attempt', 'attempt'],
  ['pilotStamp', 'pilot_stamp'],
  ['taskQueueId', 'task_queue_id'],
] as const satisfies readonly (readonly [keyof JobRow, string])[];

const columns = `job_id as "jobId", vo, owner_group as "ownerGroup", owner, site, status,
  minor_status as "minorStatus", application_status as "applicationStatus", user_priority as "userPriority",
  reschedule_counter as "rescheduleCounter", shallow_counter as "shallowCounter", rescheduled_at_ms as "rescheduledAtMs",
  last_update_at_ms as "lastUpdateAtMs", start_exec_at_ms as "startExecAtMs",
  heartbeat_at_ms as "heartbeatAtMs", end_exec_at_ms as "endExecAtMs", reported_at_ms as "reportedAtMs",
  attempt, pilot_stamp as "pilotStamp", task_queue_id as "taskQueueId"`;

const findSql = `select ${columns} from jobs where job_id = $1`;

export function* findJob(jobId: number): Work<JobRow | undefined> {
  return yield* one<JobRow>(findSql, [jobId]);
}

const insertSql = `insert into jobs (vo, owner_group, owner, job_type, job_group, job_name, site, status,
    minor_status, application_status, user_priority, reschedule_counter, verified, accounted, submitted_at_ms,
    last_update_at_ms, attempt, task_queue_id)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'Unknown', $10, 0, 1, 'False', $11, $11, 1, $12)
  returning job_id as "jobId"`;

/** The id of the new job; ids grow with time and are never used twice. */
export function* insertJob(job: NewJob): Work<number> {
  const made = yield* one<{ jobId: number }>(insertSql, [
    job.vo,
    job.ownerGroup,
    job.owner,
    job.jobType,
    job.jobGroup,
    job.jobName,
    job.site,
    job.status,
    job.minorStatus,
    job.userPriority,
    job.atMs,
    job.taskQueueId,
  ]);
  if (!made) throw new Error('the insertion of a job returned no id');
  return made.jobId;
}

/** What differs, as `set` list; a column left alone leaves its index alone (stack.md §6.4). $1 is the job. */
function assignmentsOf(
  before: JobRow,
  after: JobRow,
): { readonly assignments: string; readonly params: readonly SqlValue[] } {
  const params: SqlValue[] = [before.jobId];
  let assignments = '';
  for (const [field, column] of changing)
    if (before[field] !== after[field]) {
      params.push(after[field]);
      assignments += `${assignments === '' ? '' : ', '}${column} = $${params.length}`;
    }
  return { assignments, params };
}

export function* updateJob(before: JobRow, after: JobRow): Work<void> {
  const { assignments, params } = assignmentsOf(before, after);
  if (assignments !== '') yield* run(`update jobs set ${assignments} where job_id = $1`, params);
}

/** Takes a waiting job; false when another pilot was faster. */
export function* claimJobRow(waiting: JobRow, matched: JobRow): Work<boolean> {
  const { assignments, params } = assignmentsOf(waiting, matched);
  const taken = yield* one(
    `update jobs set ${assignments} where job_id = $1 and status = 'Waiting' returning job_id`,
    params,
  );
  return taken !== undefined;
}

/** The sign of life alone: the one write of most heartbeats. */
export function* touchJob(jobId: number, atMs: number): Work<void> {
  yield* run('update jobs set heartbeat_at_ms = $2 where job_id = $1', [jobId, atMs]);
}

// ---------------------------------------------------------------- descriptions

export function* insertDescription(jobId: number, original: string, processed: string): Work<void> {
  yield* run('insert into job_descriptions (job_id, original, processed) values ($1, $2, $3)', [
    jobId,
    original,
    processed,
  ]);
}

export function* findDescription(
  jobId: number,
): Work<{ readonly original: string; readonly processed: string } | undefined> {
  return yield* one('select original, processed from job_descriptions where job_id = $1', [jobId]);
}

// ---------------------------------------------------------------- attempts and parameters

export interface JobAttempt {
  readonly jobId: number;
  readonly attempt: number;
  readonly pilotStamp: string;
  readonly site: string;
  readonly computingElement: string;
  readonly batchQueue: string;
  readonly matchedAtMs: number;
}

export function* insertAttempt(attempt: JobAttempt): Work<void> {
  yield* run(
    `insert into job_attempts (job_id, attempt, pilot_stamp, site, computing_element, batch_queue, matched_at_ms)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      attempt.jobId,
      attempt.attempt,
      attempt.pilotStamp,
      attempt.site,
      attempt.computingElement,
      attempt.batchQueue,
      attempt.matchedAtMs,
    ],
  );
}

export interface JobParameter {
  readonly name: string;
  readonly value: string;
  readonly attempt: number;
}

export function* setParameter(jobId: number, attempt: number, name: string, value: string): Work<void> {
  yield* run(
    `insert into job_parameters (job_id, attempt, name, value) values ($1, $2, $3, $4)
     on conflict (job_id, attempt, name) do update set value = excluded.value`,
    [jobId, attempt, name, value],
  );
}

/** Newest attempt first, then by name. */
export function* listParameters(jobId: number): Work<readonly JobParameter[]> {
  return yield* rows<JobParameter>(
    'select name, value, attempt from job_parameters where job_id = $1 order by attempt desc, name',
    [jobId],
  );
}

/** How many parameters an attempt has; bounded by the caller. */
export function* countParameters(jobId: number, attempt: number): Work<number> {
  const found = yield* one<{ n: number }>(
    'select count(*) as n from job_parameters where job_id = $1 and attempt = $2',
    [jobId, attempt],
  );
  return found?.n ?? 0;
}

// ---------------------------------------------------------------- removal

const tablesOfAJob = [
  'job_descriptions',
  'job_log',
  'job_attempts',
  'job_parameters',
  'job_signs',
  'job_commands',
  'jobs',
] as const;

/** Removes every trace of a job that left its task queue and its counters before. */
export function* eraseJob(jobId: number): Work<void> {
  for (const table of tablesOfAJob) yield* run(`delete from ${table} where job_id = $1`, [jobId]);
}
