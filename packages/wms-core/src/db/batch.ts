/**
 * Set-based writes: a batch names a table and what one row does to it; works defer rows, the engine writes all
 * rows of a group together. SQLite runs `each` row by row (prepared once), PostgreSQL runs `all` with one array a
 * column. Rows of one batch are written in order of arrival, batches in order of their first row.
 */
import type { SqlValue } from './database.ts';

export type ColumnType = 'bigint' | 'integer' | 'text' | 'double precision' | 'bytea';

export interface BatchColumn {
  readonly name: string;
  readonly type: ColumnType;
}

export interface Batch {
  readonly name: string;
  readonly columns: readonly BatchColumn[];
  /** Statement for one row, `$1` is the first column. */
  readonly each: string;
  /** The same for `severalRows` rows at once; SQLite writes these in half the time. */
  readonly several?: string;
  /** Statement for all rows of a group, `$1` is the array of the first column. */
  readonly all: string;
  /**
   * Rows with equal keys become one before they are written, in order of the key, so that two processes never
   * lock the same rows in different order.
   */
  readonly fold?: {
    /** So many columns at the beginning are the key. */
    readonly keyColumns: number;
    readonly merge: (earlier: readonly SqlValue[], later: readonly SqlValue[]) => readonly SqlValue[];
    /** Done once to each row that is left. */
    readonly finish?: (row: readonly SqlValue[]) => readonly SqlValue[];
  };
  /**
   * Batches with the same `table` here make and remove the same rows, known by their first columns: a row that
   * meets its counterpart in one group is written in order of arrival.
   */
  readonly rival?: { readonly table: string; readonly keyColumns: number };
}

export const severalRows = 16;

type Columns = Readonly<Record<string, ColumnType>>;

const columnsOf = (columns: Columns): readonly BatchColumn[] =>
  Object.entries(columns).map(([name, type]) => ({ name, type }));

const names = (columns: readonly BatchColumn[]): string => columns.map(({ name }) => name).join(', ');

/** `($4, $5, $6)` for the second row of three columns. */
const parameters = (columns: readonly BatchColumn[], row = 0): string =>
  `(${columns.map((_, index) => `$${row * columns.length + index + 1}`).join(', ')})`;

/** `unnest($1::bigint[], …) as v (job_id, …)` */
const asTable = (columns: readonly BatchColumn[]): string =>
  `unnest(${columns.map(({ type }, index) => `$${index + 1}::${type}[]`).join(', ')}) as v (${names(columns)})`;

/** Appends rows. `onConflict` is the clause behind the values, such as `on conflict do nothing`. */
export function insertBatch(
  table: string,
  columns: Columns,
  extra: { readonly onConflict?: string } & Pick<Batch, 'fold' | 'rival'> = {},
): Batch {
  const list = columnsOf(columns);
  const into = `insert into ${table} (${names(list)})`;
  const conflict = extra.onConflict === undefined ? '' : ` ${extra.onConflict}`;
  return {
    name: `insert ${table}`,
    columns: list,
    each: `${into} values ${parameters(list)}${conflict}`,
    several: `${into} values ${Array.from({ length: severalRows }, (_, row) => parameters(list, row)).join(', ')}${conflict}`,
    all: `${into} select ${names(list)} from ${asTable(list)}${conflict}`,
    ...(extra.fold && { fold: extra.fold }),
    ...(extra.rival && { rival: extra.rival }),
  };
}

/** Adds the columns behind the keys to the rows with these keys, which are made when they are missing. */
export function addBatch(
  table: string,
  keys: Columns,
  amounts: string | readonly string[],
  type: ColumnType = 'bigint',
): Batch {
  const added = typeof amounts === 'string' ? [amounts] : amounts;
  const keyColumns = Object.keys(keys).length;
  const sums = added.map((amount) => `${amount} = ${table}.${amount} + excluded.${amount}`);
  return insertBatch(
    table,
    { ...keys, ...Object.fromEntries(added.map((amount) => [amount, type])) },
    {
      onConflict: `on conflict (${Object.keys(keys).join(', ')}) do update set ${sums.join(', ')}`,
      fold: {
        keyColumns,
        merge: (earlier, later) =>
          earlier.map((value, index) => (index < keyColumns ? value : Number(value) + Number(later[index]))),
      },
    },
  );
}

/** Removes the rows with these keys. */
export function deleteBatch(table: string, keys: Columns, extra: Pick<Batch, 'rival'> = {}): Batch {
  const list = columnsOf(keys);
  return {
    name: `delete ${table}`,
    columns: list,
    each: `delete from ${table} where ${list.map(({ name }, index) => `${name} = $${index + 1}`).join(' and ')}`,
    all: `delete from ${table} using ${asTable(list)} where ${list.map(({ name }) => `${table}.${name} = v.${name}`).join(' and ')}`,
    ...extra,
  };
}

/** Rows as they go to the engine: folded and in order of the key when the batch says so. */
export function foldRows(
  batch: Batch,
  rows: readonly (readonly SqlValue[])[],
): readonly (readonly SqlValue[])[] {
  if (!batch.fold) return rows;
  const { keyColumns, merge, finish } = batch.fold;
  const places = new KeyPlaces(keyColumns);
  const folded: (readonly SqlValue[])[] = [];
  for (const row of rows) {
    const place = places.of(row, folded.length);
    const known = folded[place];
    folded[place] = known ? merge(known, row) : row;
  }
  const ordered = folded.length < 2 ? folded : inOrderOfKeys(folded, keyColumns);
  return finish ? ordered.map(finish) : ordered;
}

const inOrderOfKeys = (
  rows: readonly (readonly SqlValue[])[],
  keyColumns: number,
): readonly (readonly SqlValue[])[] =>
  rows
    .map((row) => [keyText(row, keyColumns), row] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, row]) => row);

type KeyNode = Map<SqlValue, KeyNode | number>;

/**
 * Numbers keys in order of arrival, one map a key column: counters fold dozens of rows a life of a job, and a text of
 * eight columns would have to be put together and hashed for each.
 */
class KeyPlaces {
  readonly #root: KeyNode = new Map();
  readonly #keyColumns: number;

  constructor(keyColumns: number) {
    this.#keyColumns = keyColumns;
  }

  /** The number of the row's key, `next` when it is new. */
  of(row: readonly SqlValue[], next: number): number {
    const last = this.#keyColumns - 1;
    if (last < 0) return 0;
    let node = this.#root;
    for (let column = 0; column < last; column++) {
      const value = row[column] as SqlValue;
      let below = node.get(value) as KeyNode | undefined;
      if (!below) node.set(value, (below = new Map()));
      node = below;
    }
    const known = node.get(row[last] as SqlValue);
    if (known !== undefined) return known as number;
    node.set(row[last] as SqlValue, next);
    return next;
  }
}

/** The first columns of a row as one text; no stored text holds the separator. */
export function keyText(values: readonly SqlValue[], keyColumns: number): string {
  let text = '';
  for (let index = 0; index < keyColumns; index++) text += `${String(values[index])}\u0000`;
  return text;
}
