/** SQL of histograms: single records of one VO that ended in a time, counted by how large a value of theirs is. */
import { one, rows, type SqlValue, type Work } from '../db/database.ts';
import type { BinCount } from './accounting-histogram.ts';
import { keyConditions, quoted, textsOf, type KeyQuery } from './accounting-report.store.ts';
import type { RecordType, StoredValue } from './record-type.ts';

interface RecordQuery extends KeyQuery {
  /** Records that ended at or after the first and before the second instant. */
  readonly fromMs: number;
  readonly toMs: number;
}

export interface GroupedBinCount extends BinCount {
  /** Texts by column. */
  readonly groups: Readonly<Record<string, string>>;
}

const source = ({ table }: RecordType): string =>
  `from ${table}_records r join ${table}_keys k on k.key_id = r.key_id
   where r.vo = $1 and r.end_at_ms >= $2 and r.end_at_ms < $3`;

/** 0 when there are no records. */
export function* largestValue(type: RecordType, { column }: StoredValue, query: RecordQuery): Work<number> {
  const params: SqlValue[] = [query.vo, query.fromMs, query.toMs];
  const found = yield* one<{ largest: number | null }>(
    `select max(r.${column}) as largest ${source(type)}${keyConditions(query, params)}`,
    params,
  );
  return found?.largest ?? 0;
}

/** Bins are numbered from 0; each is told once for every combination of the columns. */
export function* binCounts(
  type: RecordType,
  { column }: StoredValue,
  query: RecordQuery & { readonly width: number; readonly columns: readonly string[] },
): Work<readonly GroupedBinCount[]> {
  const { columns, width } = query;
  const params: SqlValue[] = [query.vo, query.fromMs, query.toMs, width];
  // Both engines divide whole numbers to a whole number.
  const bin = `r.${column} / cast($4 as bigint)`;
  const groups = columns.length === 0 ? '' : `, ${quoted(columns)}`;
  const found = yield* rows(
    `select ${bin} as bin, count(*) as records${groups} ${source(type)}${keyConditions(query, params)}
     group by ${[bin, ...columns.map((name) => `k.${name}`)].join(', ')}`,
    params,
  );
  return found.map((row) => ({
    bin: Number(row['bin']),
    records: Number(row['records']),
    groups: textsOf(row, columns),
  }));
}
