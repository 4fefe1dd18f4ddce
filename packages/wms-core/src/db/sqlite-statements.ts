/**
 * Prepared statements of one SQLite connection, found by SQL text. Used by the writer and by the reader
 * thread. Rows are made from arrays: half the time of node:sqlite's own objects, and with a normal prototype.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Row, SqlValue } from './database.ts';

interface Prepared {
  readonly statement: StatementSync;
  readonly columns: readonly string[];
}

export type RunSql = (sql: string, params: readonly SqlValue[]) => readonly Row[];

/** Texts with `in` lists of many lengths would fill the memory, so the oldest go. */
const mostStatements = 1000;
const noRows: readonly Row[] = [];

/**
 * SQLite numbers its parameters `?1`; the stores write `$1`, which SQLite takes for a name. Parameters that come in
 * order, each once, need no numbers: looking these up takes a time that grows with the square of their count.
 */
function toSqlite(sql: string): string {
  let last = 0;
  const isInOrder = Array.from(sql.matchAll(/\$(\d+)/g)).every(([, number]) => Number(number) === ++last);
  return sql.replace(/\$(\d+)/g, isInOrder ? '?' : '?$1');
}

export function createStatementRunner(connection: DatabaseSync): RunSql {
  const prepared = new Map<string, Prepared>();

  function prepare(sql: string): Prepared {
    const statement = connection.prepare(toSqlite(sql));
    statement.setReturnArrays(true);
    const entry = { statement, columns: statement.columns().map((column) => column.name) };
    const oldest = prepared.keys().next();
    if (prepared.size >= mostStatements && !oldest.done) prepared.delete(oldest.value);
    prepared.set(sql, entry);
    return entry;
  }

  return (sql, params) => {
    const { statement, columns } = prepared.get(sql) ?? prepare(sql);
    if (columns.length === 0) {
      statement.run(...params);
      return noRows;
    }
    const found = statement.all(...params) as unknown as SqlValue[][];
    return found.map((values) => {
      const row: Record<string, SqlValue> = {};
      for (let index = 0; index < columns.length; index++)
        row[columns[index] as string] = values[index] as SqlValue;
      return row;
    });
  };
}
