/** SQL of the log of status changes: appended in order of arrival, read in order of time. */
import { insertBatch } from '../db/batch.ts';
import { defer, rows, type SqlValue, type Work } from '../db/database.ts';
import { placeholders } from '../db/dialect.ts';
import type { LoggingRecord } from '../use-cases.ts';

/** A null field means "as before". */
export interface LogEntry {
  readonly attempt: number;
  readonly status: string | null;
  readonly minorStatus: string | null;
  readonly applicationStatus: string | null;
  readonly atMs: number;
  /** What the clock of the node said; null for entries made by the server. */
  readonly reportedAtMs: number | null;
  readonly source: string;
}

const mostSourceLength = 32; // as in DIRAC's table

const valuesOf = (jobId: number, entry: LogEntry): readonly SqlValue[] => [
  jobId,
  entry.attempt,
  entry.status,
  entry.minorStatus,
  entry.applicationStatus,
  entry.atMs,
  entry.reportedAtMs,
  entry.source.slice(0, mostSourceLength),
];

const log = insertBatch('job_log', {
  job_id: 'bigint',
  attempt: 'integer',
  status: 'text',
  minor_status: 'text',
  application_status: 'text',
  at_ms: 'bigint',
  reported_at_ms: 'bigint',
  source: 'text',
});

export function* appendLog(jobId: number, entries: readonly LogEntry[]): Work<void> {
  for (const entry of entries) yield* defer(log, valuesOf(jobId, entry));
}

export interface StoredLogEntry extends LogEntry {
  readonly jobId: number;
}

/**
 * What every submission does, after DIRAC's optimizers. It is the same for all jobs but for its time, so it is
 * told from the job row instead of being stored a million times (a third of the cost of a bulk submission).
 */
const submission = [
  { status: 'Received', minorStatus: 'Job accepted', source: 'JobManager' },
  { status: 'Checking', minorStatus: 'JobSanity', source: 'JobPath' },
  { status: 'Checking', minorStatus: 'JobScheduling', source: 'JobSanity' },
  { status: 'Waiting', minorStatus: 'Pilot Agent Submission', source: 'JobScheduling' },
];

const submissionLog = (jobId: number, atMs: number): readonly StoredLogEntry[] =>
  submission.map((step) => ({
    ...step,
    jobId,
    attempt: 1,
    applicationStatus: 'Unknown',
    atMs,
    reportedAtMs: null,
  }));

/** What a job that stopped on its way has done so far: its own log, since its way is not that of all. */
export const logOfStop = (
  { minorStatus }: { readonly minorStatus: string },
  atMs: number,
): readonly LogEntry[] =>
  [
    { status: 'Received', minorStatus: 'Job accepted', source: 'JobManager' },
    { status: 'Checking', minorStatus: 'JobSanity', source: 'JobPath' },
    { status: 'Checking', minorStatus, source: 'JobSanity' },
  ].map((step) => ({ ...step, attempt: 1, applicationStatus: 'Unknown', atMs, reportedAtMs: null }));

const tellsOfSubmission = ({ status, minorStatus, source }: LogEntry): boolean =>
  source === 'JobManager' && (status === 'Submitting' || minorStatus === 'Job accepted');

/** Per job in order of time; records of one instant stay in order of arrival. */
export function* readLogs(jobIds: readonly number[]): Work<readonly StoredLogEntry[]> {
  if (jobIds.length === 0) return [];
  const list = placeholders(jobIds.length);
  const jobs = yield* rows<{ jobId: number; atMs: number }>(
    `select job_id as "jobId", submitted_at_ms as "atMs" from jobs where job_id in (${list})`,
    jobIds,
  );
  const stored = yield* rows<StoredLogEntry>(
    `select job_id as "jobId", attempt, status, minor_status as "minorStatus",
       application_status as "applicationStatus", at_ms as "atMs", reported_at_ms as "reportedAtMs", source
     from job_log where job_id in (${list}) order by at_ms, log_id`,
    jobIds,
  );
  const storedByJob = Map.groupBy(stored, ({ jobId }) => jobId);
  return jobs.flatMap(({ jobId, atMs }) => {
    const own = storedByJob.get(jobId) ?? [];
    return own.some(tellsOfSubmission) ? own : [...submissionLog(jobId, atMs), ...own];
  });
}

export const readLog = (jobId: number): Work<readonly StoredLogEntry[]> => readLogs([jobId]);

/**
 * True when the node's report is in the log already: it was sent again because its answer got lost. The log
 * keeps what a report changed, so a field it left as it was may be null there.
 */
export function* hasReport(
  jobId: number,
  report: {
    readonly attempt: number;
    readonly reportedAtMs: number;
    readonly status: string | undefined;
    readonly minorStatus: string | undefined;
    readonly applicationStatus: string | undefined;
  },
): Work<boolean> {
  const known = yield* rows<Pick<LogEntry, 'status' | 'minorStatus' | 'applicationStatus'>>(
    `select status, minor_status as "minorStatus", application_status as "applicationStatus"
     from job_log where job_id = $1 and attempt = $2 and reported_at_ms = $3`,
    [jobId, report.attempt, report.reportedAtMs],
  );
  const isSame = (logged: string | null, reported: string | undefined): boolean =>
    logged === null || logged === reported;
  return known.some(
    (entry) =>
      isSame(entry.status, report.status) &&
      isSame(entry.minorStatus, report.minorStatus) &&
      isSame(entry.applicationStatus, report.applicationStatus),
  );
}

/** Fills "as before" with the value before; the first ones are `Unknown`. */
export function resolveLog(entries: readonly LogEntry[]): readonly LoggingRecord[] {
  let status = 'Unknown';
  let minorStatus = 'Unknown';
  let applicationStatus = 'Unknown';
  return entries.map((entry) => {
    status = entry.status ?? status;
    minorStatus = entry.minorStatus ?? minorStatus;
    applicationStatus = entry.applicationStatus ?? applicationStatus;
    return {
      status,
      minorStatus,
      applicationStatus,
      atMs: entry.atMs,
      source: entry.source,
      attempt: entry.attempt,
    };
  });
}
