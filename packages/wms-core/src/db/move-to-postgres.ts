/**
 * Copies a SQLite database into an empty PostgreSQL one: all tables in one transaction, compared row by row before
 * the commit, so that the target is whole or stays empty. Asked by `npm run move-to-postgres`. Nothing is changed in
 * the source; it is locked meanwhile.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { isWmsError, WmsError } from '../kernel/wms-error.ts';
import { insertBatch, type ColumnType } from './batch.ts';
import { one, rows, run, type Row, type SqlValue, type Work } from './database.ts';
import { migrate, missingMigrations } from './migrate.ts';
import { sqliteFile } from './open-database.adapter.ts';
import { openPostgresDatabase, type PostgresDatabase } from './postgres.adapter.ts';
import { openSqliteDatabase } from './sqlite.adapter.ts';
import { batchSql } from './postgres-sql.ts';

interface Table {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[];
  /** Column whose values the database makes. */
  readonly identity: string | undefined;
  /** The highest value it ever made. */
  readonly lastMade: number;
  /** The migrations put rows in, which those of the source replace. */
  readonly isSeeded: boolean;
}

export interface MovedTable {
  readonly table: string;
  readonly rows: number;
  /** Of all rows, whatever their order; 64 bits in hexadecimal. */
  readonly digest: string;
}

const rowsAtOnce = 2000;

/** Throws `configuration.invalid` with what is to be done, or `conflict` when what arrived differs from what was sent. */
export async function moveToPostgres(parts: {
  readonly dataFolder: string;
  readonly databaseUrl: string;
  readonly onTable?: (moved: MovedTable) => void;
}): Promise<readonly MovedTable[]> {
  const source = openSource(sqliteFile(parts.dataFolder));
  try {
    await refuseOldSource(source);
    return await moveFrom(source, parts);
  } finally {
    source.close();
  }
}

async function moveFrom(
  source: DatabaseSync,
  parts: Omit<Parameters<typeof moveToPostgres>[0], 'dataFolder'>,
): Promise<readonly MovedTable[]> {
  const target = await openPostgresDatabase(parts.databaseUrl);
  try {
    await migrate(target);
    const tables = tablesOf(source, await seededTables());
    await refuseUsedTarget(target, tables);
    const moved = await target.write(() => moveAll(source, tables));
    for (const each of moved) parts.onTable?.(each);
    return moved;
  } finally {
    await target.close();
  }
}

// ---------------------------------------------------------------- what must be so

const refusal = (message: string): WmsError => new WmsError('configuration.invalid', message);

/** Locked, so that no server uses it or starts with it meanwhile. */
function openSource(path: string): DatabaseSync {
  if (!existsSync(path)) throw refusal(`There is no database at ${path}.`);
  const source = new DatabaseSync(path, { timeout: 0 });
  if (isMine(source)) return source;
  source.close();
  throw refusal(`${path} is in use. Stop the server first.`);
}

/** Only the last user of a file can leave the write-ahead log; after that nobody else can come. */
function isMine(source: DatabaseSync): boolean {
  try {
    source.exec('pragma locking_mode = exclusive');
    const left = source.prepare('pragma journal_mode = delete').get();
    source.exec('begin exclusive');
    return left?.['journal_mode'] === 'delete';
  } catch {
    return false; // it is locked
  }
}

async function refuseOldSource(source: DatabaseSync): Promise<void> {
  const applied = source.prepare('select name from migrations').all() as { name: string }[];
  const missing = await missingMigrations('sqlite', new Set(applied.map(({ name }) => name)));
  if (missing.length > 0)
    throw refusal(
      `The SQLite database is of another release (${missing.join(', ')} is missing). ` +
        'Start the server of this release once with it, stop it, and try again.',
    );
}

async function refuseUsedTarget(target: PostgresDatabase, tables: readonly Table[]): Promise<void> {
  await target.read(function* () {
    const sessions = yield* one<{ writers: number }>(
      `select count(*) as writers from pg_stat_activity
       where datname = current_database() and application_name = 'workload-manager writer'`,
    );
    if (sessions && sessions.writers > 1)
      throw refusal('A server uses the PostgreSQL database. Stop it first.');
    for (const { name, isSeeded } of tables)
      if (!isSeeded && (yield* one(`select 1 as found from ${name} limit 1`)))
        throw refusal(`The PostgreSQL database is not empty: ${name} has rows. Make a new database.`);
  });
}

// ---------------------------------------------------------------- tables of the source

const columnTypes: Readonly<Record<string, ColumnType>> = {
  BIGINT: 'bigint',
  INTEGER: 'integer',
  TEXT: 'text',
  BLOB: 'bytea',
  'DOUBLE PRECISION': 'double precision',
};

/** Those that others refer to come first. */
function tablesOf(source: DatabaseSync, seeded: ReadonlySet<string>): readonly Table[] {
  const names = (
    source
      .prepare(
        `select name from sqlite_schema where type = 'table' and name not like 'sqlite%' and name <> 'migrations'`,
      )
      .all() as { name: string }[]
  ).map(({ name }) => name);
  const ordered = new Set<string>();
  const add = (name: string): void => {
    if (ordered.has(name)) return;
    const references = source.prepare(`pragma foreign_key_list(${name})`).all() as { table: string }[];
    for (const { table } of references) if (table !== name) add(table);
    ordered.add(name);
  };
  names.forEach(add);
  return [...ordered].map((name) => ({ ...describeTable(source, name), isSeeded: seeded.has(name) }));
}

/** Tables that are not empty when a database is new. */
async function seededTables(): Promise<ReadonlySet<string>> {
  const fresh = openSqliteDatabase(':memory:');
  try {
    await migrate(fresh);
    return await fresh.read(function* () {
      const tables = yield* rows<{ name: string }>(
        `select name from sqlite_schema where type = 'table' and name not like 'sqlite%'`,
      );
      const seeded = new Set<string>();
      for (const { name } of tables)
        if (yield* one(`select 1 as found from ${name} limit 1`)) seeded.add(name);
      return seeded;
    });
  } finally {
    await fresh.close();
  }
}

function describeTable(source: DatabaseSync, name: string): Omit<Table, 'isSeeded'> {
  const columns = source.prepare(`pragma table_info(${name})`).all() as {
    name: string;
    type: string;
    pk: number;
  }[];
  const made = source.prepare('select seq from sqlite_sequence where name = ?').get(name) as
    { seq: number } | undefined;
  const { sql } = source.prepare('select sql from sqlite_schema where name = ?').get(name) as { sql: string };
  const isIdentity = /\bautoincrement\b/i.test(sql);
  const identity = isIdentity ? columns.find(({ pk }) => pk === 1)?.name : undefined;
  return {
    name,
    columns: columns.map((column) => ({
      name: column.name,
      type: column.name === identity ? 'bigint' : typeOf(name, column),
    })),
    identity,
    lastMade: made?.seq ?? 0,
  };
}

function typeOf(table: string, column: { readonly name: string; readonly type: string }): ColumnType {
  const type = columnTypes[column.type.toUpperCase()];
  if (!type) throw new Error(`${table}.${column.name} has the unknown type ${column.type}`);
  return type;
}

// ---------------------------------------------------------------- copying

function* moveAll(source: DatabaseSync, tables: readonly Table[]): Work<readonly MovedTable[]> {
  const moved: MovedTable[] = [];
  for (const table of tables) {
    const sent = yield* copy(source, table);
    const arrived = yield* readBack(table);
    if (sent.rows !== arrived.rows || sent.digest !== arrived.digest)
      throw new WmsError(
        'conflict',
        `${table.name}: ${arrived.rows} rows arrived (${arrived.digest}) of ${sent.rows} (${sent.digest}). Nothing was stored.`,
      );
    moved.push(sent);
  }
  return moved;
}

function* copy(source: DatabaseSync, table: Table): Work<MovedTable> {
  const digest = new TableDigest(table);
  if (table.isSeeded) yield* run(`delete from ${table.name}`);
  const batch = insertBatch(
    table.name,
    Object.fromEntries(table.columns.map(({ name, type }) => [name, type])),
  );
  const send = function* (some: readonly (readonly SqlValue[])[]): Work<void> {
    const { sql, params } = batchSql(batch, some);
    yield* run(sql, params);
    yield* one('select 1 as arrived'); // waits, so that never more than this is in memory
  };
  let some: (readonly SqlValue[])[] = [];
  const list = table.columns.map(({ name }) => name).join(', ');
  try {
    for (const row of source.prepare(`select ${list} from ${table.name}`).iterate()) {
      some.push(digest.add(row));
      if (some.length < rowsAtOnce) continue;
      yield* send(some);
      some = [];
    }
    if (some.length > 0) yield* send(some);
    if (table.identity !== undefined && table.lastMade > 0)
      yield* one(`select setval(pg_get_serial_sequence('${table.name}', '${table.identity}'), $1) as made`, [
        table.lastMade,
      ]);
  } catch (error) {
    if (isWmsError(error)) throw error;
    throw new Error(`${table.name} cannot be copied: ${String(error)}`, { cause: error });
  }
  return digest.result();
}

function* readBack(table: Table): Work<MovedTable> {
  const digest = new TableDigest(table);
  yield* run(`declare moved no scroll cursor for select * from ${table.name}`);
  for (;;) {
    const some = yield* rows(`fetch ${rowsAtOnce} from moved`);
    for (const row of some) digest.add(row);
    if (some.length < rowsAtOnce) break;
  }
  yield* run('close moved');
  return digest.result();
}

/** Sum of the hashes of the rows, so that their order does not count. */
class TableDigest {
  readonly #table: Table;
  #sum = 0n;
  #rows = 0;

  constructor(table: Table) {
    this.#table = table;
  }

  /** The values in the order of the columns, as PostgreSQL can hold them. */
  add(row: Row): readonly SqlValue[] {
    const values = this.#table.columns.map(({ name }) => storable(row[name] ?? null));
    const text = JSON.stringify(values, (_key, value: unknown) =>
      value instanceof Uint8Array ? { hex: Buffer.from(value).toString('hex') } : value,
    );
    this.#sum += createHash('sha256').update(text).digest().readBigUInt64BE();
    this.#rows++;
    return values;
  }

  result(): MovedTable {
    const digest = BigInt.asUintN(64, this.#sum).toString(16).padStart(16, '0');
    return { table: this.#table.name, rows: this.#rows, digest };
  }
}

const storable = (value: SqlValue): SqlValue =>
  typeof value === 'string' ? value.replaceAll('\u0000', '\uFFFD').toWellFormed() : value;
