import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { openTestDatabase } from '../testing/test-database.ts';
import { afterCommit, one, rows, run, type Work } from './database.ts';
import { migrate, statementsOf } from './migrate.ts';

async function openWithTable() {
  const database = await openTestDatabase({ migrated: false });
  await database.write(() => run('create table notes (note_id integer primary key, body text unique)'));
  return database;
}

const insert = (body: string) => run('insert into notes (body) values ($1)', [body]);
const bodies = (): Work<readonly { body: string }[]> => rows('select body from notes order by note_id');

test('a write is answered only after another connection can read it', async () => {
  await using database = await openWithTable();
  const other = new DatabaseSync(database.path, { readOnly: true });
  const seen = await database
    .write(() => insert('kept'))
    .then(() => other.prepare('select count(*) as n from notes').get()?.['n']);
  assert.equal(seen, 1);
  other.close();
});

test('the connection commits with full synchronisation', async () => {
  await using database = await openWithTable();
  const [journal] = await database.read(() => rows('pragma journal_mode'));
  const [synchronous] = await database.read(() => rows('pragma synchronous'));
  assert.deepEqual(journal, { journal_mode: 'wal' });
  assert.deepEqual(synchronous, { synchronous: 2 });
});

test('one bad operation of a group is undone alone', async () => {
  await using database = await openWithTable();
  const results = await Promise.allSettled([
    database.write(() => insert('first')),
    database.write(function* () {
      yield* insert('half done');
      yield* insert('first');
    }),
    database.write(() => insert('last')),
  ]);
  assert.deepEqual(
    results.map((result) => result.status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  assert.deepEqual(await database.read(bodies), [{ body: 'first' }, { body: 'last' }]);
});

test('a write that throws alone leaves nothing behind', async () => {
  await using database = await openWithTable();
  await assert.rejects(
    database.write(function* () {
      yield* insert('gone');
      throw new Error('no');
    }),
    /no/,
  );
  assert.deepEqual(await database.read(bodies), []);
});

test('effects run after the commit and before the answer, and never for work rolled back', async () => {
  await using database = await openWithTable();
  const log: string[] = [];
  const stop = database.onCommit(() => log.push('committed'));
  await Promise.allSettled([
    database
      .write(function* () {
        yield* afterCommit(() => log.push('effect'));
        yield* insert('a');
      })
      .then(() => log.push('answer')),
    database.write(function* () {
      yield* afterCommit(() => log.push('never'));
      yield* insert('a');
    }),
  ]);
  stop();
  assert.deepEqual(log, ['effect', 'committed', 'answer']);
});

test('work may catch the failure of one of its statements', async () => {
  await using database = await openWithTable();
  await database.write(() => insert('a'));
  const answer = await database.write(function* () {
    try {
      yield* insert('a');
      return 'inserted';
    } catch {
      return 'was there';
    }
  });
  assert.equal(answer, 'was there');
});

test('heavy reads run beside the writer, see what is committed and cannot write', async () => {
  await using database = await openWithTable();
  await database.write(() => insert('seen'));
  assert.deepEqual(await database.readHeavy(bodies), [{ body: 'seen' }]);
  await assert.rejects(
    database.readHeavy(() => insert('not here')),
    /readonly|read-only/i,
  );
  assert.deepEqual(await database.readHeavy(() => one('select $2 as second, $1 as first', ['a', 'b'])), {
    second: 'b',
    first: 'a',
  });
});

test('a backup is a whole database', async () => {
  await using database = await openWithTable();
  await database.write(() => insert('kept'));
  await database.backup(`${database.path}.copy`);
  const copy = new DatabaseSync(`${database.path}.copy`, { readOnly: true });
  assert.equal(copy.prepare('select body from notes').get()?.['body'], 'kept');
  copy.close();
});

test('closing commits what waits and refuses what comes later', async () => {
  const database = await openWithTable();
  const waiting = database.write(() => insert('in time'));
  const closing = database.close();
  await waiting;
  await closing;
  await assert.rejects(
    database.write(() => insert('late')),
    { code: 'service.unavailable' },
  );
});

test('migrations are applied once, and a changed one is refused', async () => {
  await using database = await openTestDatabase({ migrated: false });
  const first = {
    name: '0001-a',
    text: 'create table a (x integer); -- of a; only\ncreate table b (y text);',
  };
  assert.deepEqual(await migrate(database, [first]), ['0001-a']);
  assert.deepEqual(await migrate(database, [first]), []);
  await assert.rejects(migrate(database, [{ ...first, text: 'create table c (z text)' }]), {
    code: 'configuration.invalid',
  });
});

test('a migration that fails half way leaves nothing', async () => {
  await using database = await openTestDatabase({ migrated: false });
  await assert.rejects(migrate(database, [{ name: '0001-a', text: 'create table a (x integer); nonsense' }]));
  assert.deepEqual(await migrate(database, [{ name: '0001-a', text: 'create table a (x integer)' }]), [
    '0001-a',
  ]);
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
