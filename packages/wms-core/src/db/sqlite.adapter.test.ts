import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { statSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { openTestDatabase } from '../testing/test-database.ts';
import { describeDatabase } from './database.contract.ts';
import { rows, run, type Work } from './database.ts';
import { statementsOf } from './migrate.ts';

describeDatabase('sqlite');

async function openWithTable() {
  const database = await openTestDatabase({ migrated: false, engine: 'sqlite' });
  await database.write(() => run('create table notes (note_id integer primary key, body text unique)'));
  return database;
}

const insert = (body: string) => run('insert into notes (body) values ($1)', [body]);
const bodies = (): Work<readonly { body: string }[]> => rows('select body from notes order by note_id');

test('the log is kept apart from the database, and synced by us', async () => {
  await using database = await openWithTable();
  const [journal] = await database.read(() => rows('pragma journal_mode'));
  const [synchronous] = await database.read(() => rows('pragma synchronous'));
  assert.deepEqual(journal, { journal_mode: 'wal' });
  assert.deepEqual(synchronous, { synchronous: 1 }, 'normal: SQLite itself syncs before it copies the log');
});

test('the log is copied beside the writer, long before he would have to', async () => {
  await using database = await openWithTable();
  const commits = 45;
  const bytesEach = 400_000; // in all 4,500 pages; the writer himself begins at 20,000
  for (let index = 0; index < commits; index++)
    await database.write(() => insert(`${index} ${'x'.repeat(bytesEach)}`));
  const isCopied = (): boolean => statSync(database.path).size > 40 * bytesEach;
  for (let looks = 0; looks < 2000 && !isCopied(); looks++) await delay(10);
  assert.ok(isCopied(), `the database has ${statSync(database.path).size} bytes`);
  assert.equal((await database.read(bodies)).length, commits);
});

test('a backup is a whole database', async () => {
  await using database = await openWithTable();
  await database.write(() => insert('kept'));
  await database.backup(`${database.path}.copy`);
  const copy = new DatabaseSync(`${database.path}.copy`, { readOnly: true });
  assert.equal(copy.prepare('select body from notes').get()?.['body'], 'kept');
  copy.close();
});

test('tokens of a migration take the form of the engine', () => {
  assert.deepEqual(statementsOf('create table a (id {{identity}}, b {{bytes}});', 'sqlite'), [
    'create table a (id integer primary key autoincrement, b blob)',
  ]);
});

test('a full disk refuses the write with a clear code, stores nothing, and the next one works', async () => {
  await using database = await openWithTable();
  await database.write(() => rows('pragma max_page_count = 12'));
  const results = await Promise.allSettled([
    database.write(() => insert('small')),
    database.write(() => insert('x'.repeat(200_000))),
  ]);
  assert.equal(results[0].status, 'fulfilled');
  assert.equal(results[1].status === 'rejected' && results[1].reason.code, 'storage.full');
  await database.write(() => insert('small too'));
  assert.deepEqual(await database.read(bodies), [{ body: 'small' }, { body: 'small too' }]);
});
