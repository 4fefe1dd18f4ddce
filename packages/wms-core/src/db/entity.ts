/**
 * A table whose rows works read by id and replace as a whole. The engine remembers rows it has seen, so a job that
 * reports every few seconds is not read again each time; `revision` tells when another process was faster.
 */
import type { SqlValue } from './database.ts';
import type { ColumnType } from './batch.ts';

export interface EntityColumn {
  /** Property of the row in TypeScript. */
  readonly field: string;
  /** Column of the table. */
  readonly column: string;
  readonly type: ColumnType;
  /** False: written once, at the insertion. */
  readonly changes: boolean;
}

export interface Entity<R extends object = Readonly<Record<string, SqlValue>>> {
  readonly table: string;
  /** The primary key, one column. */
  readonly id: EntityColumn;
  /** Integer that grows by one with every save; it is in `columns` too. */
  readonly revision: EntityColumn;
  /** All columns of the row, id and revision among them. */
  readonly columns: readonly EntityColumn[];
  /** Only for the type checker: what a row looks like. */
  readonly row?: R;
}

/** `column as "field", …` */
export const entitySelect = ({ columns }: Pick<Entity, 'columns'>): string =>
  columns.map(({ column, field }) => `${column} as "${field}"`).join(', ');
