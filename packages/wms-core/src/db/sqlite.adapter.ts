/**
 * The database port on `node:sqlite`: one writer on the main thread with group commit, a reader thread for
 * heavy reads. The log is synced before a write is answered, beside the next one: an answered write survives loss of
 * power (stack.md §6, ADR 0003, ADR 0018).
 */
import { backup, DatabaseSync } from 'node:sqlite';
import { WmsError } from '../kernel/wms-error.ts';
import type { Database, Work } from './database.ts';
import { isDiskFull } from './dialect.ts';
import { drive, driveLater } from './drive.ts';
import { GroupCommit } from './group-commit.ts';
import { answerReading, readingStatement } from './read-steps.ts';
import { openLogSync } from './log-sync.ts';
import { SqliteCheckpointer } from './sqlite-checkpointer.ts';
import { SqliteReader } from './sqlite-reader.ts';
import { createStatementRunner, type RunSql } from './sqlite-statements.ts';

/** 20,000 pages before a checkpoint: 1.2 times the throughput and half the p99 of 4,000; the log stays < 170 MB. */
const pragmas = `
  pragma journal_mode = wal;
  pragma synchronous = normal;
  pragma foreign_keys = on;
  pragma wal_autocheckpoint = 20000;
  pragma cache_size = -131072;
  pragma temp_store = memory;
`;

const translate = (error: unknown): unknown =>
  isDiskFull(error)
    ? new WmsError(
        'storage.full',
        'The disk of the server is full; nothing was stored.',
        {},
        { cause: error },
      )
    : error;

/**
 * Opens or makes the file. It must be migrated before use, see `migrate.ts`. `around` stands between the works and
 * every statement of the writing connection; tests make statements fail with it.
 */
export function openSqliteDatabase(path: string, around = (run: RunSql): RunSql => run): Database {
  const connection = new DatabaseSync(path, { timeout: 5000 });
  connection.exec(pragmas);
  const runSql = around(createStatementRunner(connection));
  const listeners = new Set<() => void>();
  const log = openLogSync(path);
  const checkpointer = new SqliteCheckpointer(path);
  const group = new GroupCommit({
    run: runSql,
    log,
    isInTransaction: () => connection.isTransaction,
    committed: () => {
      checkpointer.committed();
      for (const listener of listeners) listener();
    },
    translate,
  });
  const reader = new SqliteReader(path);
  let isOpen = true;

  const whileOpen = <T>(act: () => Promise<T>): Promise<T> =>
    isOpen ? act() : Promise.reject(new WmsError('service.unavailable', 'The server is stopping.'));

  return {
    engine: 'sqlite',
    write: (work) => whileOpen(() => group.submit(work)),
    read: <T>(work: () => Work<T>) => whileOpen(async () => drive(work(), answerReading(runSql))),
    readHeavy: (work) =>
      whileOpen(() =>
        driveLater(work(), (step) => {
          const { sql, params } = readingStatement(step);
          return reader.run(sql, params);
        }),
      ),
    onCommit(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    backup: (target) => whileOpen(async () => void (await backup(connection, target))),
    async close() {
      if (!isOpen) return;
      isOpen = false;
      group.drain();
      await Promise.all([reader.close(), checkpointer.close()]);
      log.close();
      connection.close();
    },
  };
}
