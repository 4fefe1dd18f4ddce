/**
 * A table whose rows works read by id and replace as a whole. The engine remembers rows it has seen, so a job that
 * reports every few seconds is not read again each time; `revision` tells when another process was faster.
 */
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

export interface Entity<R extends object = object> {
  readonly table: string;
  /** The primary key, one column. */
  readonly id: EntityColumn;
  /** Integer that grows by one with every save; it is in `columns` too. */
  readonly revision: EntityColumn;
  /** All columns of the row, id and revision among them. */
  readonly columns: readonly EntityColumn[];
  /** Those that a save may write, the revision among them. */
  readonly changing: readonly EntityColumn[];
  /** False for rows that every process changes all the time: to remember them would only make works start again. */
  readonly isRemembered: boolean;
  /** Only for the type checker: what a row looks like. */
  readonly row?: R;
}

const byIdSqls = new WeakMap<object, string>();

/** `select … where id = $1`; the same text every time, so that it is prepared once. */
export function entityByIdSql(entity: Pick<Entity, 'table' | 'id' | 'columns'>): string {
  const known = byIdSqls.get(entity);
  if (known !== undefined) return known;
  const list = entity.columns.map(({ column, field }) => `${column} as "${field}"`).join(', ');
  const sql = `select ${list} from ${entity.table} where ${entity.id.column} = $1`;
  byIdSqls.set(entity, sql);
  return sql;
}

const writers = new WeakMap<object, Map<string, boolean>>();

/** True when the statement inserts, changes or removes rows of the entity's table; a column may have the same name. */
export function writesTo(sql: string, entity: Entity): boolean {
  const known = writers.get(entity) ?? new Map<string, boolean>();
  writers.set(entity, known);
  let writes = known.get(sql);
  if (writes === undefined)
    known.set(sql, (writes = new RegExp(`\\b(?:into|update|from)\\s+${entity.table}\\b`).test(sql)));
  return writes;
}

/** Which columns a save changes → its statement, one node a column that is changed. */
interface UpdateNode {
  readonly next: Map<number, UpdateNode>;
  sql?: string;
}

const updates = new WeakMap<object, UpdateNode>();

/**
 * `update … set` of the columns with these places in `changing`, in this order, the id being the last parameter. The
 * same text every time: there are few kinds of changes, and putting a text together costs more than finding it.
 */
export function updateSql(entity: Entity, places: readonly number[]): string {
  let node: UpdateNode = updates.get(entity) ?? { next: new Map() };
  updates.set(entity, node);
  for (const place of places) {
    const next: UpdateNode = node.next.get(place) ?? { next: new Map() };
    node.next.set(place, next);
    node = next;
  }
  return (node.sql ??= printUpdate(entity, places));
}

function printUpdate({ table, id, changing }: Entity, places: readonly number[]): string {
  const assignments = places.map((place, index) => `${changing[place]?.column ?? ''} = $${index + 1}`);
  return `update ${table} set ${assignments.join(', ')} where ${id.column} = $${places.length + 1}`;
}

/** What `defineEntity` is told of a column: its name, its type, and whether saves may change it. */
type Described = readonly [column: string, type: ColumnType, changes?: 'changes'];

/** `columns` in the order of the row's fields; the revision changes with every save. */
export function defineEntity<R extends object>(
  table: string,
  names: { readonly id: keyof R & string; readonly revision: keyof R & string },
  columns: { readonly [Field in keyof R & string]: Described },
  options: Partial<Pick<Entity, 'isRemembered'>> = {},
): Entity<R> {
  const list = Object.entries<Described>(columns).map(([field, [column, type, changes]]): EntityColumn => ({
    field,
    column,
    type,
    changes: changes === 'changes' || field === names.revision,
  }));
  const find = (field: string): EntityColumn => {
    const found = list.find((each) => each.field === field);
    if (!found) throw new Error(`${table} has no column for ${field}`);
    return found;
  };
  return {
    table,
    id: find(names.id),
    revision: find(names.revision),
    columns: list,
    changing: list.filter(({ changes }) => changes),
    isRemembered: options.isRemembered ?? true,
  };
}
