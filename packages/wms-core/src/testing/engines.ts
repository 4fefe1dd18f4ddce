/**
 * Databases for tests on either engine. PostgreSQL is the server behind `WM_TEST_POSTGRES_URL`, or one that this
 * process starts at the first database and ends with itself. A migrated database is copied from a template.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, type Engine } from '../db/database.ts';
import { migrate, readMigrations } from '../db/migrate.ts';
import { openDatabase, sqliteFile, type OpenedDatabase } from '../db/open-database.adapter.ts';
import { PostgresConnection } from '../db/postgres-connection.ts';
import { likeSqlite, openPostgresDatabase } from '../db/postgres.adapter.ts';
import { canStartPostgres, startPostgresCluster } from './postgres-cluster.ts';

/** What `WM_TEST_ENGINE` says; SQLite when it says nothing. */
export const testEngine = (): Engine =>
  process.env['WM_TEST_ENGINE'] === 'postgres' ? 'postgres' : 'sqlite';

/** A place for one database: a file in a folder, or a database of the server. */
export interface TestPlace {
  readonly engine: Engine;
  /** Path or address. */
  readonly at: string;
  open(): Promise<OpenedDatabase>;
  remove(): Promise<void>;
}

export const makePlace = (engine: Engine, isMigrated: boolean): Promise<TestPlace> =>
  engine === 'sqlite' ? sqlitePlace(isMigrated) : postgresPlace(isMigrated);

async function sqlitePlace(isMigrated: boolean): Promise<TestPlace> {
  const folder = await mkdtemp(join(tmpdir(), 'wms-test-'));
  const at = sqliteFile(folder);
  return {
    engine: 'sqlite',
    at,
    async open() {
      const opened = await openDatabase({ dataFolder: folder });
      if (isMigrated) await migrate(opened.database);
      return opened;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Databases of this process that are free again; to make one takes up to a second on a busy disk. */
const free: Record<'empty' | 'migrated', string[]> = { empty: [], migrated: [] };

async function postgresPlace(isMigrated: boolean): Promise<TestPlace> {
  const server = await theServer();
  const kind = isMigrated ? 'migrated' : 'empty';
  const name = free[kind].pop() ?? (await server.make(isMigrated));
  const at = withDatabase(server.url, name);
  return {
    engine: 'postgres',
    at,
    open: () => openDatabase({ dataFolder: '', databaseUrl: at }),
    async remove() {
      await withConnection(at, ({ run }) => run(clearing[kind]));
      free[kind].push(name);
    },
  };
}

/** Most tables of a test are empty; to delete is faster than to truncate then. */
const clearing = {
  empty: 'drop schema public cascade; create schema public',
  migrated: `do $$
    declare name text;
    begin
      set local session_replication_role = replica;
      for name in select tablename from pg_tables where schemaname = 'public' and tablename <> 'migrations' loop
        execute format('delete from %I', name);
      end loop;
      for name in select tablename from pg_tables where schemaname = 'seed' loop
        execute format('insert into %I select * from seed.%I', name, name);
      end loop;
      perform setval(sequencename::regclass, 1, false) from pg_sequences where last_value is not null;
    end $$`,
};

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

interface TestServer {
  readonly url: string;
  /** Name of a new database. */
  make(isMigrated: boolean): Promise<string>;
}

let server: Promise<TestServer> | undefined;

const theServer = (): Promise<TestServer> => (server ??= reachServer());

async function reachServer(): Promise<TestServer> {
  const url = process.env['WM_TEST_POSTGRES_URL'] || (await startPostgresCluster()).url;
  let template: Promise<string> | undefined;
  // No connection stays open, so a finished test process ends by itself; this is its last deed.
  process.on('beforeExit', () => {
    const unused = [...free.empty.splice(0), ...free.migrated.splice(0)];
    if (unused.length > 0)
      void withConnection(url, ({ run }) =>
        Promise.all(unused.map((name) => run(`drop database ${name} with (force)`))),
      );
  });
  return {
    url,
    async make(isMigrated) {
      const name = `wm_test_${randomBytes(8).toString('hex')}`;
      const from = isMigrated ? `template ${await (template ??= makeTemplate(url))}` : likeSqlite;
      await withConnection(url, ({ run }) => run(`create database ${name} ${from}`));
      return name;
    },
  };
}

async function withConnection<T>(
  url: string,
  use: (connection: PostgresConnection) => Promise<T>,
): Promise<T> {
  const connection = await PostgresConnection.open({ url, name: 'tests' });
  try {
    return await use(connection);
  } finally {
    await connection.close();
  }
}

/** Rows that migrations insert are kept in a schema of their own, to be put back when a database is cleared. */
const keepingSeeds = `do $$
    declare
      name text;
      has_rows boolean;
    begin
      create schema seed;
      for name in select tablename from pg_tables where schemaname = 'public' and tablename <> 'migrations' loop
        execute format('select exists (select 1 from %I)', name) into has_rows;
        if has_rows then
          execute format('create table seed.%I as table %I', name, name);
        end if;
      end loop;
    end $$`;

const lockOfTemplate = 7281;

/** Test files run at the same time in processes of their own: one makes it, the others wait. */
async function makeTemplate(url: string): Promise<string> {
  const migrations = await readMigrations('postgres');
  const digest = createHash('sha256')
    .update(JSON.stringify([migrations, keepingSeeds, likeSqlite]))
    .digest('hex')
    .slice(0, 12);
  const name = `wm_template_${digest}`;
  await withConnection(url, async ({ run: administer }) => {
    await administer('select pg_advisory_lock($1)', [lockOfTemplate]);
    const known = await administer('select 1 from pg_database where datname = $1', [name]);
    if (known.length > 0) return;
    const making = `${name}_in_the_making`;
    await administer(`drop database if exists ${making} with (force)`);
    await administer(`create database ${making} ${likeSqlite}`);
    const database = await openPostgresDatabase(withDatabase(url, making));
    await migrate(database, migrations);
    await database.write(() => run(keepingSeeds));
    await database.close();
    await administer(`alter database ${making} rename to ${name}`);
  });
  return name;
}

/** Why tests on PostgreSQL have to be skipped; false when they can run. */
export const postgresIsMissing = (): string | false =>
  process.env['WM_TEST_POSTGRES_URL'] || canStartPostgres() ? false : 'needs PostgreSQL 15';
