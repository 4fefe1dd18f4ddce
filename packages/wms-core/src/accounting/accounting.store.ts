/**
 * SQL of accounting. A record is written with the change it tells of: its keys once, itself, and what it adds to
 * the buckets it touches. Everything is deferred, so that a group commit folds it into few rows.
 */
import { createHash } from 'node:crypto';
import { addBatch, insertBatch, type Batch, type ColumnType } from '../db/batch.ts';
import { defer, rows, type SqlValue, type Work } from '../db/database.ts';
import { spread, type Share } from './buckets.ts';
import type { RecordType, RecordTypeName } from './record-type.ts';
import { recordTypes } from './record-types.ts';

const dayMs = 86_400_000;
/** As DIRAC cuts them. */
const longestKey = 64;

export interface AccountingRecord {
  readonly vo: string;
  /** In the order of the keys and values of the type. */
  readonly keys: readonly string[];
  readonly values: readonly number[];
  readonly startMs: number;
  readonly endMs: number;
}

interface Writes {
  readonly keys: Batch;
  readonly buckets: Batch;
}

const textColumns = (names: readonly string[]): Readonly<Record<string, ColumnType>> =>
  Object.fromEntries(names.map((name) => [name, 'text']));

const valueColumns = (type: RecordType): readonly string[] => type.values.map(({ column }) => column);

const bucketKey = { vo: 'text', start_at_ms: 'bigint', width_ms: 'bigint', key_id: 'text' } as const;
const bucketKeyNames = Object.keys(bucketKey);

/** Rows of keys that nothing refers to any more are found by the day of their last use. */
const keysOf = (type: RecordType): Batch =>
  insertBatch(
    `${type.table}_keys`,
    {
      key_id: 'text',
      last_used_day: 'integer',
      vo: 'text',
      ...textColumns(type.keys.map(({ column }) => column)),
    },
    {
      onConflict: `on conflict (key_id) do update set last_used_day = excluded.last_used_day
        where ${type.table}_keys.last_used_day < excluded.last_used_day`,
      fold: { keyColumns: 1, merge: (_earlier, later) => later },
    },
  );

const bucketsOf = (type: RecordType): Batch =>
  addBatch(`${type.table}_buckets`, bucketKey, valueColumns(type));

const writes = new Map<RecordTypeName, Writes>(
  recordTypes.map((type) => [type.name, { keys: keysOf(type), buckets: bucketsOf(type) }]),
);

function writesOf({ name }: RecordType): Writes {
  const found = writes.get(name);
  if (!found) throw new Error(`no tables for ${name}`);
  return found;
}

/** The same keys have the same id everywhere, so nobody has to look it up: 132 bits of SHA-256. */
const keyIdOf = (vo: string, keys: readonly string[]): string =>
  createHash('sha256')
    .update(JSON.stringify([vo, ...keys]))
    .digest('base64url')
    .slice(0, 22);

function* addShares(type: RecordType, vo: string, keyId: string, shares: readonly Share[]): Work<void> {
  const { buckets } = writesOf(type);
  for (const { startMs, widthMs, values } of shares)
    yield* defer(buckets, [vo, startMs, widthMs, keyId, ...values]);
}

/** Adds a record to its buckets; answers with the id of its keys. */
export function* addToBuckets(type: RecordType, record: AccountingRecord, nowMs: number): Work<string> {
  const keys = record.keys.map((text) => text.slice(0, longestKey));
  const keyId = keyIdOf(record.vo, keys);
  yield* defer(writesOf(type).keys, [keyId, Math.floor(nowMs / dayMs), record.vo, ...keys]);
  yield* addShares(type, record.vo, keyId, spread(type.buckets, record, nowMs));
  return keyId;
}

// ---------------------------------------------------------------- making coarser

export interface StoredBucket extends Share {
  readonly vo: string;
  readonly keyId: string;
}

/** Beyond it a sum would no longer be a whole number here: it stays there, rather than stop the making of buckets. */
const bounded = (column: string): string =>
  `case when ${column} > ${Number.MAX_SAFE_INTEGER} then ${Number.MAX_SAFE_INTEGER} else ${column} end as ${column}`;

/** Takes at most `limit` buckets of a width that ended before the instant out of the table. */
export function* takeBuckets(
  type: RecordType,
  widthMs: number,
  endsBeforeMs: number,
  limit: number,
): Work<readonly StoredBucket[]> {
  const names = bucketKeyNames.join(', ');
  const values = valueColumns(type);
  const taken = yield* rows<Readonly<Record<string, SqlValue>>>(
    `delete from ${type.table}_buckets where (${names}) in (
       select ${names} from ${type.table}_buckets where width_ms = $1 and start_at_ms <= $2
       order by start_at_ms limit $3)
     returning ${names}, ${values.map(bounded).join(', ')}`,
    [widthMs, endsBeforeMs - widthMs, limit],
  );
  return taken.map((row) => ({
    vo: String(row['vo']),
    keyId: String(row['key_id']),
    startMs: Number(row['start_at_ms']),
    widthMs: Number(row['width_ms']),
    values: values.map((column) => Number(row[column])),
  }));
}

/** Puts back what was taken, into buckets as wide as its age asks for. */
export const putBack = (type: RecordType, bucket: StoredBucket, nowMs: number): Work<void> =>
  addShares(
    type,
    bucket.vo,
    bucket.keyId,
    spread(
      type.buckets,
      { startMs: bucket.startMs, endMs: bucket.startMs + bucket.widthMs, values: bucket.values },
      nowMs,
    ),
  );

/** Forgets keys that were last used before the instant, by which time all their buckets are gone. */
export function* removeUnusedKeys(type: RecordType, beforeMs: number, limit: number): Work<number> {
  const gone = yield* rows(
    `delete from ${type.table}_keys where last_used_day < $1 and key_id in (
       select key_id from ${type.table}_keys where last_used_day < $1 limit $2) returning key_id`,
    [Math.floor(beforeMs / dayMs), limit],
  );
  return gone.length;
}
