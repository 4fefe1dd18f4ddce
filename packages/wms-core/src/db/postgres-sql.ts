/** Texts for PostgreSQL: loads and saves of entities, rows of batches as arrays; and what a text does. */
import type { Batch, ColumnType } from './batch.ts';
import type { Row, SqlValue } from './database.ts';
import { entityByIdSql, type Entity, type EntityColumn } from './entity.ts';
import type { PendingRow } from './unit-of-work.ts';

export interface SqlText {
  readonly sql: string;
  readonly params: readonly SqlValue[];
}

/** Most texts have none of these. */
const special = /["\\\0]/;

const escaped = (text: string): string =>
  special.test(text) ? `"${text.replace(/[\\"]/g, '\\$&').replaceAll('\u0000', '\uFFFD')}"` : `"${text}"`;

const element = (value: SqlValue, type: ColumnType): string => {
  if (value === null) return 'NULL';
  if (type === 'text') return escaped(String(value));
  if (value instanceof Uint8Array) return `"\\\\x${Buffer.from(value).toString('hex')}"`;
  return String(value);
};

/** As `arrayLiteral`, of what `valueOf` gives for each row. */
function literalOf<R>(
  rows: readonly R[],
  valueOf: (row: R) => SqlValue | undefined,
  type: ColumnType,
): string {
  let text = '{';
  let separator = '';
  for (const row of rows) {
    text += separator + element(valueOf(row) ?? null, type);
    separator = ',';
  }
  return `${text}}`;
}

/** `{1,2,NULL}`: an array as PostgreSQL reads it, in half the time the driver takes. */
export const arrayLiteral = (values: readonly SqlValue[], type: ColumnType): string =>
  literalOf(values, (value) => value, type);

const columnsAsArrays = (
  rows: readonly (readonly SqlValue[])[],
  columns: readonly { readonly type: ColumnType }[],
): readonly SqlValue[] => columns.map(({ type }, index) => literalOf(rows, (row) => row[index], type));

/** All rows of one batch as one statement. */
export const batchSql = (batch: Batch, rows: readonly (readonly SqlValue[])[]): SqlText => ({
  sql: batch.all,
  params: columnsAsArrays(rows, batch.columns),
});

/** Rows with these ids, in no order; `forUpdate` keeps others from changing them. */
export const loadSql = (entity: Entity, ids: readonly SqlValue[], forUpdate: boolean): SqlText => {
  const { column, type } = entity.id;
  const byIds = entityByIdSql(entity).replace('= $1', `= any($1::${type}[])`);
  return {
    sql: forUpdate ? `${byIds} order by ${column} for update` : byIds,
    params: [arrayLiteral(ids, type)],
  };
};

const differs = (rows: readonly PendingRow[], { field }: EntityColumn): boolean =>
  rows.some(({ stored, current }) => stored[field] !== current[field]);

/** Division by zero: the only way to fail inside a plain statement. `isStale` in dialect.ts knows it. */
const failUnlessCountIs = (parameter: number): string =>
  `1 / cast(count(*) = $${parameter} as integer) as fresh`;

/**
 * Writes the columns that differ in any of the rows. Fails with a division by zero unless every row still has
 * the revision it was read with. Rows of one entity only.
 */
export function saveSql(entity: Entity, unordered: readonly PendingRow[]): SqlText {
  const rows = unordered.toSorted((a, b) => ((a.id as number) < (b.id as number) ? -1 : 1));
  const { id, revision } = entity;
  const changed = entity.columns.filter(
    (column) => column.field === revision.field || (column.changes && differs(rows, column)),
  );
  const arrays = [id.type, revision.type, ...changed.map(({ type }) => type)]
    .map((type, index) => `$${index + 1}::${type}[]`)
    .join(', ');
  const names = changed.map((_, index) => `c${index}`);
  return {
    sql: `with changed as (
      update ${entity.table} as t set ${changed.map(({ column }, index) => `${column} = v.c${index}`).join(', ')}
      from unnest(${arrays}) as v (id, revision, ${names.join(', ')})
      where t.${id.column} = v.id and t.${revision.column} = v.revision returning 1)
      select ${failUnlessCountIs(changed.length + 3)} from changed`,
    params: [
      literalOf(rows, (row) => row.id, id.type),
      literalOf(rows, ({ stored }) => stored[revision.field], revision.type),
      ...changed.map(({ field, type }) => literalOf(rows, ({ current }) => current[field], type)),
      rows.length,
    ],
  };
}

export interface RememberedRow {
  readonly id: SqlValue;
  readonly row: Row;
}

/** Fails unless the rows still have the revisions that are remembered. */
export const checkSql = (entity: Entity, rows: readonly RememberedRow[]): SqlText => {
  const { id, revision, table } = entity;
  return {
    sql: `select ${failUnlessCountIs(3)}
      from unnest($1::${id.type}[], $2::${revision.type}[]) as v (id, revision)
      join ${table} as t on t.${id.column} = v.id and t.${revision.column} = v.revision`,
    params: [
      literalOf(rows, (each) => each.id, id.type),
      literalOf(rows, ({ row }) => row[revision.field], revision.type),
      rows.length,
    ],
  };
};

/** Statements that only read; `for update` and functions that write do not. */
export const isRead = (sql: string): boolean =>
  /^\s*(select|with|values|show)\b/i.test(sql) && !/\b(insert|update|delete|nextval|setval)\b/i.test(sql);

/** Nothing comes back, so nothing has to be waited for. */
export const isSilent = (sql: string): boolean =>
  /^\s*(insert|update|delete)\b/i.test(sql) && !/\breturning\b/i.test(sql);
