/** Yard-sticks: fixed simple work, measured in the same run, so that a noisy machine does not hide a change. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { PostgresConnection } from '@wm/wms-core/testing';

const value = 'a row of about the size of a log record, sixty-four bytes..';
const rowsOfTransaction = 100;

/** Durable single-row inserts per second of bare SQLite, one transaction of 100 rows each. */
export function rawInsertsPerSecond(forMs = 500): number {
  const folder = mkdtempSync(join(tmpdir(), 'yardstick-'));
  const database = new DatabaseSync(join(folder, 'y.sqlite'));
  try {
    database.exec(
      'pragma journal_mode = wal; pragma synchronous = full; create table t (id integer primary key, v text)',
    );
    const insert = database.prepare('insert into t (v) values (?)');
    const startedAt = performance.now();
    let inserted = 0;
    while (performance.now() - startedAt < forMs) {
      database.exec('begin');
      for (let i = 0; i < rowsOfTransaction; i += 1) insert.run(value);
      database.exec('commit');
      inserted += rowsOfTransaction;
    }
    return (inserted * 1000) / (performance.now() - startedAt);
  } finally {
    database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same on PostgreSQL over one connection; the statements of a transaction are sent without waiting. */
export async function postgresInsertsPerSecond(url: string, forMs = 1000): Promise<number> {
  const connection = await PostgresConnection.open({ url, name: 'yard-stick' });
  try {
    await connection.run('create temporary table yardstick (id bigint generated always as identity, v text)');
    const startedAt = performance.now();
    let inserted = 0;
    while (performance.now() - startedAt < forMs) {
      await Promise.all([
        connection.run('begin'),
        ...Array.from({ length: rowsOfTransaction }, () =>
          connection.run('insert into yardstick (v) values ($1)', [value]),
        ),
        connection.run('commit'),
      ]);
      inserted += rowsOfTransaction;
    }
    return (inserted * 1000) / (performance.now() - startedAt);
  } finally {
    await connection.close();
  }
}

/** Of the engine that the database of the world stands on. */
export const insertsPerSecond = async ({ database }: MeasuredWorld): Promise<number> =>
  database.engine === 'postgres' ? postgresInsertsPerSecond(database.path) : rawInsertsPerSecond();

interface MeasuredWorld {
  readonly database: { readonly engine: 'sqlite' | 'postgres'; readonly path: string };
}

/** Milliseconds to hash 64 MiB: how fast this processor is just now. */
export function hashingMs(): number {
  const block = Buffer.alloc(1_048_576, 7);
  const startedAt = performance.now();
  const hash = createHash('sha256');
  for (let i = 0; i < 64; i += 1) hash.update(block);
  hash.digest();
  return performance.now() - startedAt;
}

/** RSA-2048 signatures per second of one thread: what credentials are made of. */
export function rsaSignaturesPerSecond(forMs = 500): number {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const startedAt = performance.now();
  let signed = 0;
  while (performance.now() - startedAt < forMs) {
    sign('sha256', Buffer.from(value), privateKey);
    signed += 1;
  }
  return (signed * 1000) / (performance.now() - startedAt);
}
