/** Answers and syncs: the engine below is a real one, the disk is in the hands of the test. */
import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { afterCommit, run, type Work } from './database.ts';
import { GroupCommit } from './group-commit.ts';
import { createStatementRunner } from './sqlite-statements.ts';

/** A disk that is done when the test says so. */
function slowDisk() {
  const syncs: { resolve(): void; reject(error: Error): void }[] = [];
  return {
    syncs,
    log: {
      sync: () => new Promise<void>((resolve, reject) => syncs.push({ resolve, reject })),
      syncNow: () => {},
    },
  };
}

function openGroup() {
  const connection = new DatabaseSync(':memory:');
  connection.exec('create table notes (body text)');
  const disk = slowDisk();
  const group = new GroupCommit({
    run: createStatementRunner(connection),
    log: disk.log,
    isInTransaction: () => connection.isTransaction,
    committed: () => {},
    translate: (error) => error,
  });
  const bodies = () =>
    connection
      .prepare('select body from notes')
      .all()
      .map(({ body }) => body);
  return { ...disk, group, bodies };
}

const insert = (body: string): Work<void> => run('insert into notes values ($1)', [body]);

test('nobody is answered, and no effect happens, before the sync that began after the commit', async () => {
  const { bodies, group, syncs } = openGroup();
  const told: string[] = [];
  const note = (body: string) =>
    group
      .submit(function* () {
        yield* insert(body);
        yield* afterCommit(() => told.push(`effect ${body}`));
      })
      .then(() => told.push(`answer ${body}`));
  const first = note('first');
  await turn();
  await turn();
  const second = note('second');
  await turn();
  await turn();
  assert.deepEqual(
    bodies(),
    ['first', 'second'],
    'the second ran while the first was on its way to the disk',
  );
  assert.deepEqual(told, []);
  assert.equal(syncs.length, 1, 'the first sync cannot speak for the second commit');
  syncs[0]?.resolve();
  await first;
  assert.deepEqual(told, ['effect first', 'answer first']);
  assert.equal(syncs.length, 2);
  syncs[1]?.resolve();
  await second;
  assert.deepEqual(told, ['effect first', 'answer first', 'effect second', 'answer second']);
});

test('after a sync that failed every write is refused, those under way too', async () => {
  const { group, syncs } = openGroup();
  const under = group.submit(() => insert('under way'));
  await turn();
  await turn();
  const waiting = group.submit(() => insert('waiting'));
  await turn();
  await turn();
  syncs[0]?.reject(new Error('the disk is gone'));
  await assert.rejects(under, /the disk is gone/);
  await assert.rejects(
    group.submit(() => insert('later')),
    /the disk is gone/,
  );
  syncs[1]?.resolve();
  await assert.rejects(waiting, /the disk is gone/);
});

test('an end waits for nothing: what was committed is synced and answered at once', async () => {
  const { group } = openGroup();
  const answered = group.submit(() => insert('last'));
  group.drain();
  await answered;
});
