/**
 * The database port on PostgreSQL 15 or newer: one writing connection with group commit, a few reading ones, one
 * that listens for the commits of other processes and one that holds named locks (ADR 0003, ADR 0013). Sessions
 * hold locks and listen, so a pooler between must work in session mode.
 */
import { randomUUID } from 'node:crypto';
import type { LockKeeper } from '../kernel/lock-keeper.ts';
import { isWmsError, WmsError } from '../kernel/wms-error.ts';
import type { Broadcast } from './broadcast.ts';
import type { Database } from './database.ts';
import { isDiskFull, isServerAway } from './dialect.ts';
import type { PostgresConnection } from './postgres-connection.ts';
import { PostgresGroupCommit } from './postgres-group-commit.ts';
import { PostgresLink, unavailable } from './postgres-link.ts';
import { PostgresLocks } from './postgres-locks.ts';
import { PostgresNews } from './postgres-news.ts';
import { PostgresReaders } from './postgres-readers.ts';
import { RowMemory } from './row-memory.ts';

export interface PostgresDatabase extends Database {
  readonly broadcast: Broadcast;
  readonly locks: LockKeeper;
}

/** Reads by key are short; searches may take their time and must not hold those up. */
const readConnections = 4;
const heavyConnections = 2;

const name = 'workload-manager';

/**
 * How to make a database that sorts as SQLite does. With `lc_collate 'C'` PostgreSQL compares bytes, which is the order
 * of code points in UTF-8; `C.UTF-8` gives the same order through the C library, and a life of a job takes a tenth longer.
 */
export const likeSqlite = `template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C.UTF-8'`;

/**
 * Answers mean "durable", so a server that was told to lie about it is not believed. A process that hangs or is cut
 * off in the middle of a transaction must not stop the others for ever.
 */
const writerSession = [
  `select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'`,
  `set idle_in_transaction_session_timeout = '15s'`,
  // What works write is found by key. Without statistics (a table that grew since the last ANALYZE) the planner
  // would read all of it for a few rows, and a prepared statement would keep that plan.
  'set enable_seqscan = off',
  'set tcp_keepalives_idle = 5',
  'set tcp_keepalives_interval = 2',
  'set tcp_keepalives_count = 3',
];

const oldestVersion = 150_000;

const translate = (error: unknown): unknown => {
  if (isDiskFull(error))
    return new WmsError(
      'storage.full',
      'The disk of the database server is full; nothing was stored.',
      {},
      { cause: error },
    );
  return isServerAway(error) ? unavailable('The database went away; nothing is half done.', error) : error;
};

/**
 * Connects and looks whether the server will do. It must be migrated before use, see `migrate.ts`. Throws
 * `service.unavailable` or `configuration.invalid`.
 */
export async function openPostgresDatabase(url: string): Promise<PostgresDatabase> {
  const sender = randomUUID();
  const listeners = new Set<() => void>();
  const committed = (): void => {
    for (const listener of listeners) listener();
  };
  const memory = new RowMemory();
  const writer = new PostgresLink({ url, name: `${name} writer`, session: writerSession }, () =>
    memory.clear(),
  );
  const readers = new PostgresReaders({ url, name: `${name} reader`, connections: readConnections });
  const group = new PostgresGroupCommit({
    connection: () => writer.get(),
    fetch: readers.run,
    memory,
    sender,
    committed,
    translate,
  });
  const heavy = new PostgresReaders({ url, name: `${name} search`, connections: heavyConnections });
  const news = new PostgresNews({ url, name: `${name} listener`, sender, otherCommitted: committed });
  const locks = new PostgresLocks({ url, name: `${name} locks` });
  let isOpen = true;

  const whileOpen = async <T>(act: () => Promise<T>): Promise<T> => {
    if (!isOpen) throw unavailable('The server is stopping.');
    return act();
  };
  const read = <T>(act: () => Promise<T>): Promise<T> =>
    whileOpen(() =>
      act().catch((error: unknown) => {
        throw translate(error);
      }),
    );

  const close = async (): Promise<void> => {
    if (!isOpen) return;
    isOpen = false;
    await group.idle();
    await Promise.all([locks.close(), news.close(), readers.close(), heavy.close()]);
    await writer.close();
  };

  try {
    await refuseUnfit(await writer.get());
    await news.start();
  } catch (error) {
    await close();
    throw startFault(error);
  }

  return {
    engine: 'postgres',
    write: (work, hints) => whileOpen(() => group.submit(work, hints)),
    read: (work) => read(() => readers.read(work)),
    readHeavy: (work) => read(() => heavy.readHeavy(work)),
    onCommit(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    backup: () =>
      Promise.reject(
        new WmsError(
          'configuration.invalid',
          'A PostgreSQL database is saved with pg_dump, see docs/how-to/install.md.',
        ),
      ),
    close,
    broadcast: news,
    locks,
  };
}

/** Tells whoever starts the server what is wrong; users are told less. The driver's messages hold no password. */
function startFault(error: unknown): unknown {
  if (!isWmsError(error) || !(error.cause instanceof Error)) return translate(error);
  return new WmsError(error.code, `DATABASE_URL: ${error.cause.message}`, {}, { cause: error.cause });
}

/** Texts must be stored and sorted as on SQLite: UTF-8, by code point. */
async function refuseUnfit(connection: PostgresConnection): Promise<void> {
  const [server] = await connection.run(
    `select current_setting('server_version_num')::integer as version, current_database() as database,
       current_setting('server_encoding') as encoding, 'Z' < 'a' and 'z' < 'ä' as sorts_by_code_point`,
  );
  const fault = (message: string): WmsError => new WmsError('configuration.invalid', message);
  if (Number(server?.['version']) < oldestVersion)
    throw fault(
      `DATABASE_URL: the server is PostgreSQL ${Math.floor(Number(server?.['version']) / 10_000)}; 15 or newer is needed.`,
    );
  if (server?.['encoding'] !== 'UTF8' || server['sorts_by_code_point'] !== 1)
    throw fault(
      `DATABASE_URL: the database ${String(server?.['database'])} must have the encoding UTF8 and sort by code point. ` +
        `Make it with: create database … ${likeSqlite}.`,
    );
}
