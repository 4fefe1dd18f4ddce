/** SQL of accounting reports: sums of buckets of one VO, by the columns asked for. Runs beside the writer. */
import { rows, type Row, type SqlValue, type Work } from '../db/database.ts';
import { placeholders } from '../db/dialect.ts';
import type { RecordType } from './record-type.ts';

export interface ColumnCondition {
  readonly column: string;
  readonly values: readonly string[];
}

/** Which rows of a table of keys, `k`. */
export interface KeyQuery {
  readonly vo: string;
  /** All must hold. */
  readonly conditions: readonly ColumnCondition[];
  /** One must hold; none = everything of the VO. */
  readonly visible: readonly ColumnCondition[];
}

export interface BucketQuery extends KeyQuery {
  /** Buckets that overlap these instants. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Key columns to group by. */
  readonly groups: readonly string[];
  /** Value columns to sum. */
  readonly sums: readonly string[];
}

export interface BucketSums {
  readonly startMs: number;
  readonly widthMs: number;
  /** By column. */
  readonly groups: Readonly<Record<string, string>>;
  readonly sums: readonly number[];
}

export const quoted = (names: readonly string[]): string =>
  names.map((name) => `k.${name} as "${name}"`).join(', ');

export const textsOf = (row: Row, columns: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(columns.map((name) => [name, String(row[name])]));

/** ` and …` for each condition; their values are added to the parameters. */
export function keyConditions({ conditions, visible }: KeyQuery, params: SqlValue[]): string {
  const isIn = ({ column, values }: ColumnCondition): string => {
    if (values.length === 0) return '1 = 0';
    const list = placeholders(values.length, params.length + 1);
    params.push(...values);
    return `k.${column} in (${list})`;
  };
  const chosen = conditions.map((condition) => ` and ${isIn(condition)}`).join('');
  return visible.length === 0 ? chosen : `${chosen} and (${visible.map(isIn).join(' or ')})`;
}

export function* sumBuckets(type: RecordType, query: BucketQuery): Work<readonly BucketSums[]> {
  const widestMs = Math.max(...type.buckets.map(({ widthMs }) => widthMs));
  const params: SqlValue[] = [query.vo, query.fromMs - widestMs, query.toMs];
  const conditions = keyConditions(query, params);
  const groups = query.groups.length === 0 ? '' : `, ${quoted(query.groups)}`;
  const sums = query.sums.map((column) => `cast(sum(b.${column}) as double precision) as "sum ${column}"`);
  const found = yield* rows<Readonly<Record<string, SqlValue>>>(
    `select b.start_at_ms as "startMs", b.width_ms as "widthMs"${groups}, ${sums.join(', ')}
     from ${type.table}_buckets b join ${type.table}_keys k on k.key_id = b.key_id
     where b.vo = $1 and b.start_at_ms > $2 and b.start_at_ms < $3${conditions}
     group by b.start_at_ms, b.width_ms${query.groups.map((name) => `, k.${name}`).join('')}`,
    params,
  );
  return found.map((row) => ({
    startMs: Number(row['startMs']),
    widthMs: Number(row['widthMs']),
    groups: textsOf(row, query.groups),
    sums: query.sums.map((column) => Number(row[`sum ${column}`])),
  }));
}
