/**
 * Databases for tests on either engine. PostgreSQL is the server behind `WM_TEST_POSTGRES_URL`, or one that this
 * process starts at the first database and ends with itself. A migrated database is copied from a template.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database, Engine } from '../db/database.ts';
import { migrate, readMigrations } from '../db/migrate.ts';
import { PostgresConnection, type RunLater } from '../db/postgres-connection.ts';
import { openPostgresDatabase } from '../db/postgres.adapter.ts';
import { openSqliteDatabase } from '../db/sqlite.adapter.ts';
import { startPostgresCluster } from './postgres-cluster.ts';

/** What `WM_TEST_ENGINE` says; SQLite when it says nothing. */
export const testEngine = (): Engine => (process.env['WM_TEST_ENGINE'] === 'postgres' ? 'postgres' : 'sqlite');

/** A place for one database: a file in a folder, or a database of the server. */
export interface TestPlace {
  readonly engine: Engine;
  /** Path or address. */
  readonly at: string;
  open(): Promise<Database>;
  remove(): Promise<void>;
}

export const makePlace = (engine: Engine, isMigrated: boolean): Promise<TestPlace> =>
  engine === 'sqlite' ? sqlitePlace(isMigrated) : postgresPlace(isMigrated);

async function sqlitePlace(isMigrated: boolean): Promise<TestPlace> {
  const folder = await mkdtemp(join(tmpdir(), 'wms-test-'));
  const at = join(folder, 'wms.sqlite');
  return {
    engine: 'sqlite',
    at,
    async open() {
      const database = openSqliteDatabase(at);
      if (isMigrated) await migrate(database);
      return database;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function postgresPlace(isMigrated: boolean): Promise<TestPlace> {
  const server = await theServer();
  const name = `wm_test_${randomBytes(8).toString('hex')}`;
  const template = isMigrated ? await server.template() : 'template0';
  await server.administer(`create database ${name} template ${template} ${likeSqlite(template)}`);
  const at = withDatabase(server.url, name);
  return {
    engine: 'postgres',
    at,
    open: () => openPostgresDatabase(at),
    remove: async () => void (await server.administer(`drop database if exists ${name} with (force)`)),
  };
}

const likeSqlite = (template: string): string =>
  template === 'template0' ? `encoding 'UTF8' locale 'C.UTF-8'` : '';

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

interface TestServer {
  readonly url: string;
  /** One statement from outside of the databases of the tests. */
  readonly administer: RunLater;
  /** Name of a migrated database, made once a server. */
  template(): Promise<string>;
}

let server: Promise<TestServer> | undefined;

const theServer = (): Promise<TestServer> => (server ??= reachServer());

async function reachServer(): Promise<TestServer> {
  const url = process.env['WM_TEST_POSTGRES_URL'] || (await startPostgresCluster()).url;
  let template: Promise<string> | undefined;
  return {
    url,
    // No connection stays open between, so that nothing keeps a finished test process alive.
    administer: (sql, params) => withConnection(url, (connection) => connection.run(sql, params)),
    template: () => (template ??= makeTemplate(url)),
  };
}

async function withConnection<T>(url: string, use: (connection: PostgresConnection) => Promise<T>): Promise<T> {
  const connection = await PostgresConnection.open({ url, name: 'tests' });
  try {
    return await use(connection);
  } finally {
    await connection.close();
  }
}

const lockOfTemplate = 7281;

/** Test files run at the same time in processes of their own: one makes it, the others wait. */
async function makeTemplate(url: string): Promise<string> {
  const migrations = await readMigrations('postgres');
  const digest = createHash('sha256').update(JSON.stringify(migrations)).digest('hex').slice(0, 12);
  const name = `wm_template_${digest}`;
  await withConnection(url, async ({ run }) => {
    await run('select pg_advisory_lock($1)', [lockOfTemplate]);
    const known = await run('select 1 from pg_database where datname = $1', [name]);
    if (known.length > 0) return;
    const making = `${name}_in_the_making`;
    await run(`drop database if exists ${making} with (force)`);
    await run(`create database ${making} template template0 ${likeSqlite('template0')}`);
    const database = await openPostgresDatabase(withDatabase(url, making));
    await migrate(database, migrations);
    await database.close();
    await run(`alter database ${making} rename to ${name}`);
  });
  return name;
}
