/** SQL of the single records behind the buckets: one for each attempt, pilot and submission, kept for some months. */
import { insertBatch, type Batch, type ColumnType } from '../db/batch.ts';
import { defer, rows, type SqlValue, type Work } from '../db/database.ts';
import { addToBuckets, type AccountingRecord } from './accounting.store.ts';
import type { RecordType } from './record-type.ts';
import { jobType, pilotSubmissionType, pilotType } from './record-types.ts';

interface RecordTable {
  readonly type: RecordType;
  readonly batch: Batch;
  /** The primary key; the database itself refuses a second record of the same thing. */
  readonly primaryKey: readonly string[];
}

function recordTable(
  type: RecordType,
  primaryKey: readonly string[],
  identity: Readonly<Record<string, ColumnType>>,
): RecordTable {
  const values = Object.fromEntries(
    type.values.filter(({ column }) => column !== 'entries').map(({ column }) => [column, 'bigint' as const]),
  );
  const batch = insertBatch(`${type.table}_records`, {
    ...identity,
    vo: 'text',
    key_id: 'text',
    start_at_ms: 'bigint',
    end_at_ms: 'bigint',
    ...values,
  });
  return { type, batch, primaryKey };
}

const jobRecords = recordTable(jobType, ['job_id', 'attempt'], { job_id: 'bigint', attempt: 'integer' });
const pilotRecords = recordTable(pilotType, ['stamp'], { stamp: 'text' });
const submissionRecords = recordTable(pilotSubmissionType, ['record_id'], {});

/** Types whose single records are kept. */
export const recordTables: readonly RecordTable[] = [jobRecords, pilotRecords, submissionRecords];

/** The record and what it adds to the buckets. The number of records, always 1, stands in the buckets only. */
function* add(
  { type, batch }: RecordTable,
  identity: readonly SqlValue[],
  record: AccountingRecord,
  nowMs: number,
): Work<void> {
  const keyId = yield* addToBuckets(type, record, nowMs);
  const values = record.values.filter((_, index) => type.values[index]?.column !== 'entries');
  yield* defer(batch, [...identity, record.vo, keyId, record.startMs, record.endMs, ...values]);
}

export const addJobRecord = (
  record: AccountingRecord & { readonly jobId: number; readonly attempt: number },
  nowMs: number,
): Work<void> => add(jobRecords, [record.jobId, record.attempt], record, nowMs);

export const addPilotRecord = (
  record: AccountingRecord & { readonly stamp: string },
  nowMs: number,
): Work<void> => add(pilotRecords, [record.stamp], record, nowMs);

export const addPilotSubmissionRecord = (record: AccountingRecord, nowMs: number): Work<void> =>
  add(submissionRecords, [], record, nowMs);

/** Forgets at most `limit` records that ended before the instant; their buckets stay. Answers how many went. */
export function* removeOldRecords(table: RecordTable, beforeMs: number, limit: number): Work<number> {
  const from = `${table.type.table}_records`;
  const names = table.primaryKey.join(', ');
  const gone = yield* rows(
    `delete from ${from} where (${names}) in (
       select ${names} from ${from} where end_at_ms < $1 order by end_at_ms limit $2) returning key_id`,
    [beforeMs, limit],
  );
  return gone.length;
}
