/** SQL of the log of status changes: appended in order of arrival, read in order of time. */
import { rows, run, type SqlValue, type Work } from '../db/database.ts';
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

const insertInto =
  'insert into job_log (job_id, attempt, status, minor_status, application_status, at_ms, reported_at_ms, source) values ';

/** All entries of a call in one statement; a submission writes five. */
export function* appendLog(jobId: number, entries: readonly LogEntry[]): Work<void> {
  if (entries.length === 0) return;
  const groups = entries.map(
    (_, index) => `(${[1, 2, 3, 4, 5, 6, 7, 8].map((column) => `$${index * 8 + column}`).join(', ')})`,
  );
  yield* run(
    insertInto + groups.join(', '),
    entries.flatMap((entry) => valuesOf(jobId, entry)),
  );
}

export interface StoredLogEntry extends LogEntry {
  readonly jobId: number;
}

const selectLog = `select job_id as "jobId", attempt, status, minor_status as "minorStatus",
    application_status as "applicationStatus", at_ms as "atMs", reported_at_ms as "reportedAtMs", source
  from job_log where job_id`;

/** Sorted by time; records of one instant stay in order of arrival. */
export function* readLog(jobId: number): Work<readonly StoredLogEntry[]> {
  return yield* rows<StoredLogEntry>(`${selectLog} = $1 order by at_ms, log_id`, [jobId]);
}

export function* readLogs(jobIds: readonly number[]): Work<readonly StoredLogEntry[]> {
  if (jobIds.length === 0) return [];
  const list = jobIds.map((_, index) => `$${index + 1}`).join(', ');
  return yield* rows<StoredLogEntry>(`${selectLog} in (${list}) order by job_id, at_ms, log_id`, jobIds);
}

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
