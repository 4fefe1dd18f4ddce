/** SQL of the log of status changes: appended in order of arrival, read in order of time. */
import { rows, run, type SqlValue, type Work } from '../db/database.ts';
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

const columns = [
  'job_id',
  'attempt',
  'status',
  'minor_status',
  'application_status',
  'at_ms',
  'reported_at_ms',
  'source',
];

const placeholdersOf = (entry: number): string =>
  `(${columns.map((_, column) => `$${entry * columns.length + column + 1}`).join(', ')})`;

/** Statements by number of entries; there are never many in one call. */
const insertSqls = Array.from(
  { length: 8 },
  (_, count) =>
    `insert into job_log (${columns.join(', ')}) values ${Array.from({ length: count + 1 }, (__, entry) => placeholdersOf(entry)).join(', ')}`,
);

/** All entries of a move in one statement, at most 8. */
export function* appendLog(jobId: number, entries: readonly LogEntry[]): Work<void> {
  if (entries.length === 0) return;
  const sql = insertSqls[entries.length - 1];
  if (sql === undefined) throw new Error(`${entries.length} log entries in one move`);
  yield* run(
    sql,
    entries.flatMap((entry) => valuesOf(jobId, entry)),
  );
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
  return jobs.flatMap(({ jobId, atMs }) => [
    ...submissionLog(jobId, atMs),
    ...(storedByJob.get(jobId) ?? []),
  ]);
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
