/**
 * SQL of the job rows, their descriptions, attempts and parameters. Status columns are written only through
 * `job-moves.service.ts`; this file does what it is told.
 */
import { insertBatch } from '../db/batch.ts';
import {
  ask,
  create,
  defer,
  defineQuestion,
  evict,
  load,
  one,
  rows,
  run,
  save,
  type SqlValue,
  type Work,
} from '../db/database.ts';
import { defineEntity } from '../db/entity.ts';
import { noUsage, type AttemptUsage } from '../accounting/attempt-usage.ts';
import type { TakenAttempt } from '../use-cases.ts';
import type { JobStatus } from './job-status.ts';

/** What moves and rights need of a job; the rest of the row is for searches. */
export interface JobRow extends AttemptUsage {
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
  /** What the current attempt holds, see `dispatch.service.ts`. */
  readonly matchedAtMs: number | null;
  readonly slotProcessors: number | null;
  readonly chargedS: number | null;
  readonly limitKeys: string | null;
  readonly jobType: string;
  readonly jobGroup: string;
  /** For accounting: a free label, and whether one submission made more than this job. */
  readonly processingType: string;
  readonly jobClass: JobClass;
  /** Logical files of InputData. */
  readonly inputDataFiles: number;
  readonly inputSandboxBytes: number;
  /** Parameters that reports carried, all attempts together; the same one counts each time. */
  readonly parametersTold: number;
  /** Whether the current attempt ended and its consumption is recorded. */
  readonly accounted: 'True' | 'False';
  /** Grows with every change of the row. */
  readonly revision: number;
}

/** How a job came, in the field's words; jobs of before accounting asked are Unknown. */
type JobClass = 'Single' | 'Subjob' | 'Unknown';

export const jobClassOf = (jobsOfSubmission: number): JobClass =>
  jobsOfSubmission > 1 ? 'Subjob' : 'Single';

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
  readonly processingType?: string;
  readonly jobClass?: JobClass;
  readonly inputDataFiles?: number;
  readonly inputSandboxBytes?: number;
  readonly atMs: number;
}

/** The job row as works load and save it. */
export const jobEntity = defineEntity<JobRow>(
  'jobs',
  { id: 'jobId', revision: 'revision' },
  {
    jobId: ['job_id', 'bigint'],
    vo: ['vo', 'text'],
    ownerGroup: ['owner_group', 'text'],
    owner: ['owner', 'text'],
    site: ['site', 'text', 'changes'],
    status: ['status', 'text', 'changes'],
    minorStatus: ['minor_status', 'text', 'changes'],
    applicationStatus: ['application_status', 'text', 'changes'],
    userPriority: ['user_priority', 'integer'],
    rescheduleCounter: ['reschedule_counter', 'integer', 'changes'],
    shallowCounter: ['shallow_counter', 'integer', 'changes'],
    rescheduledAtMs: ['rescheduled_at_ms', 'bigint', 'changes'],
    lastUpdateAtMs: ['last_update_at_ms', 'bigint', 'changes'],
    startExecAtMs: ['start_exec_at_ms', 'bigint', 'changes'],
    heartbeatAtMs: ['heartbeat_at_ms', 'bigint', 'changes'],
    endExecAtMs: ['end_exec_at_ms', 'bigint', 'changes'],
    reportedAtMs: ['reported_at_ms', 'bigint', 'changes'],
    attempt: ['attempt', 'integer', 'changes'],
    pilotStamp: ['pilot_stamp', 'text', 'changes'],
    taskQueueId: ['task_queue_id', 'bigint', 'changes'],
    matchedAtMs: ['matched_at_ms', 'bigint', 'changes'],
    slotProcessors: ['slot_processors', 'integer', 'changes'],
    chargedS: ['charged_s', 'bigint', 'changes'],
    limitKeys: ['limit_keys', 'text', 'changes'],
    jobType: ['job_type', 'text'],
    jobGroup: ['job_group', 'text'],
    processingType: ['processing_type', 'text'],
    jobClass: ['job_class', 'text'],
    inputDataFiles: ['input_data_files', 'integer'],
    parametersTold: ['parameters_told', 'integer', 'changes'],
    accounted: ['accounted', 'text', 'changes'],
    cpuTimeMs: ['cpu_time_ms', 'bigint', 'changes'],
    normCpuTimeMs: ['norm_cpu_time_ms', 'bigint', 'changes'],
    wallTimeMs: ['wall_time_ms', 'bigint', 'changes'],
    diskBytes: ['disk_bytes', 'bigint', 'changes'],
    inputDataBytes: ['input_data_bytes', 'bigint', 'changes'],
    outputDataBytes: ['output_data_bytes', 'bigint', 'changes'],
    outputDataFiles: ['output_data_files', 'bigint', 'changes'],
    processedEvents: ['processed_events', 'bigint', 'changes'],
    inputSandboxBytes: ['input_sandbox_bytes', 'bigint'],
    outputSandboxBytes: ['output_sandbox_bytes', 'bigint', 'changes'],
    revision: ['revision', 'bigint'],
  },
);

export const findJob = (jobId: number): Work<JobRow | undefined> => load(jobEntity, jobId);

interface IdCounter {
  readonly name: string;
  readonly nextId: number;
  readonly revision: number;
}

const idCounter = defineEntity<IdCounter>(
  'job_ids',
  { id: 'name', revision: 'revision' },
  { name: ['name', 'text'], nextId: ['next_id', 'bigint', 'changes'], revision: ['revision', 'bigint'] },
  { isRemembered: false },
);

const newCounters = insertBatch('job_ids', { name: 'text', next_id: 'bigint' });

function* startIdCounter(): Work<IdCounter> {
  const counter = { name: 'job', nextId: 1, revision: 0 };
  yield* create(idCounter, counter, newCounters, [counter.name, counter.nextId]);
  return counter;
}

/** The first of `count` ids in a row; ids grow with time and are never used twice. Whoever else wants some waits. */
export function* reserveJobIds(count: number): Work<number> {
  const counter = (yield* load(idCounter, 'job')) ?? (yield* startIdCounter());
  yield* save(idCounter, counter, { ...counter, nextId: counter.nextId + count });
  return counter.nextId;
}

const unknownStatus = 'Unknown';

const newJobs = insertBatch('jobs', {
  job_id: 'bigint',
  vo: 'text',
  owner_group: 'text',
  owner: 'text',
  job_type: 'text',
  job_group: 'text',
  job_name: 'text',
  site: 'text',
  status: 'text',
  minor_status: 'text',
  application_status: 'text',
  user_priority: 'integer',
  reschedule_counter: 'integer',
  verified: 'integer',
  accounted: 'text',
  submitted_at_ms: 'bigint',
  last_update_at_ms: 'bigint',
  attempt: 'integer',
  task_queue_id: 'bigint',
  input_sandbox_bytes: 'bigint',
  processing_type: 'text',
  job_class: 'text',
  input_data_files: 'integer',
});

const valuesOf = (jobId: number, job: NewJob): readonly SqlValue[] => [
  jobId,
  job.vo,
  job.ownerGroup,
  job.owner,
  job.jobType,
  job.jobGroup,
  job.jobName,
  job.site,
  job.status,
  job.minorStatus,
  unknownStatus,
  job.userPriority,
  0,
  1,
  'False',
  job.atMs,
  job.atMs,
  1,
  job.taskQueueId,
  job.inputSandboxBytes ?? 0,
  job.processingType ?? 'Unknown',
  job.jobClass ?? 'Single',
  job.inputDataFiles ?? 0,
];

/** What a load of the job finds. */
const rowOf = (jobId: number, job: NewJob): JobRow => ({
  jobId,
  vo: job.vo,
  ownerGroup: job.ownerGroup,
  owner: job.owner,
  site: job.site,
  status: job.status,
  minorStatus: job.minorStatus,
  applicationStatus: unknownStatus,
  userPriority: job.userPriority,
  rescheduleCounter: 0,
  shallowCounter: 0,
  rescheduledAtMs: null,
  lastUpdateAtMs: job.atMs,
  startExecAtMs: null,
  heartbeatAtMs: null,
  endExecAtMs: null,
  reportedAtMs: null,
  attempt: 1,
  pilotStamp: null,
  taskQueueId: job.taskQueueId,
  matchedAtMs: null,
  slotProcessors: null,
  chargedS: null,
  limitKeys: null,
  jobType: job.jobType,
  jobGroup: job.jobGroup,
  parametersTold: 0,
  accounted: 'False',
  ...noUsage,
  processingType: job.processingType ?? 'Unknown',
  jobClass: job.jobClass ?? 'Single',
  inputDataFiles: job.inputDataFiles ?? 0,
  inputSandboxBytes: job.inputSandboxBytes ?? 0,
  revision: 0,
});

/** Stores a job under an id reserved for it; it will be wanted soon. */
export const insertJobAs = (jobId: number, job: NewJob): Work<void> =>
  create(jobEntity, rowOf(jobId, job), newJobs, valuesOf(jobId, job));

/** As `insertJobAs` for one of very many, which nobody wants to load soon. */
export const insertJobOfMany = (jobId: number, job: NewJob): Work<void> =>
  defer(newJobs, valuesOf(jobId, job));

/** Stores one job; returns its id. */
export function* insertJob(job: NewJob): Work<number> {
  const jobId = yield* reserveJobIds(1);
  yield* insertJobAs(jobId, job);
  return jobId;
}

/** Replaces the row just read; returns it with its new revision. */
export const updateJob = (before: JobRow, after: JobRow): Work<JobRow> => save(jobEntity, before, after);

// ---------------------------------------------------------------- descriptions

const descriptions = insertBatch('job_descriptions', {
  job_id: 'bigint',
  original: 'text',
  processed: 'text',
});

export const insertDescription = (jobId: number, original: string, processed: string): Work<void> =>
  defer(descriptions, [jobId, original, processed]);

const ofDescription = defineQuestion({
  select: 'original, processed',
  from: 'job_descriptions',
  key: ['job_id', 'bigint'],
});

/** Of a job that was submitted by itself; see `job-description.service.ts` for all. */
export function* findStoredDescription(
  jobId: number,
): Work<{ readonly original: string; readonly processed: string } | undefined> {
  const [found] = yield* ask<{ original: string; processed: string }>(ofDescription, jobId);
  return found;
}

// ---------------------------------------------------------------- attempts and parameters

export interface JobAttempt extends TakenAttempt {
  readonly jobId: number;
  /** JSON of a `RecordedDecision`: why the job was drawn for the pilot. */
  readonly decision?: string;
}

const newAttempts = insertBatch('job_attempts', {
  job_id: 'bigint',
  attempt: 'integer',
  pilot_stamp: 'text',
  site: 'text',
  computing_element: 'text',
  batch_queue: 'text',
  matched_at_ms: 'bigint',
  decision: 'text',
});

/** Newest first; a job has as many as it was rescheduled. */
export const attemptsOf = (jobId: number): Work<readonly TakenAttempt[]> =>
  rows<TakenAttempt>(
    `select attempt, pilot_stamp as "pilotStamp", site,
       computing_element as "computingElement", batch_queue as "batchQueue", matched_at_ms as "matchedAtMs"
     from job_attempts where job_id = $1 order by attempt desc`,
    [jobId],
  );

export const insertAttempt = (attempt: JobAttempt): Work<void> =>
  defer(newAttempts, [
    attempt.jobId,
    attempt.attempt,
    attempt.pilotStamp,
    attempt.site,
    attempt.computingElement,
    attempt.batchQueue,
    attempt.matchedAtMs,
    attempt.decision ?? null,
  ]);

export interface JobParameter {
  readonly name: string;
  readonly value: string;
  readonly attempt: number;
}

const parameters = insertBatch(
  'job_parameters',
  { job_id: 'bigint', attempt: 'integer', name: 'text', value: 'text' },
  {
    onConflict: 'on conflict (job_id, attempt, name) do update set value = excluded.value',
    fold: { keyColumns: 3, merge: (_earlier, later) => later },
  },
);

export const setParameter = (jobId: number, attempt: number, name: string, value: string): Work<void> =>
  defer(parameters, [jobId, attempt, name, value]);

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
  yield* evict(jobEntity, jobId);
}
