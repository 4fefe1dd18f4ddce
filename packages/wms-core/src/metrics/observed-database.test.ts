import assert from 'node:assert/strict';
import { test } from 'node:test';
import { one, run, type Work } from '../db/database.ts';
import { createRecordingMetrics } from '../testing/recording-metrics.ts';
import { openTestDatabase } from '../testing/test-database.ts';
import { observeDatabase } from './observed-database.ts';

const open = async () => {
  const database = await openTestDatabase();
  const metrics = createRecordingMetrics();
  return { ...observeDatabase(database, metrics), metrics, [Symbol.asyncDispose]: () => database.close() };
};

const valuesOf = ({ told }: ReturnType<typeof createRecordingMetrics>, name: string) =>
  told.filter((each) => each.name === name).map(({ value }) => value);

function* addEvent(id: string): Work<void> {
  yield* run('insert into events (at_ms, changes) values ($1, $2)', [0, id]);
}

test('works that arrive together count as one commit of their number', async () => {
  await using watched = await open();
  const { database, metrics } = watched;
  await Promise.all(['1', '2', '3'].map((id) => database.write(() => addEvent(id))));
  await database.write(() => addEvent('4'));
  assert.deepEqual(valuesOf(metrics, 'wm_database_commit_works'), [3, 1]);
  const [first = -1] = valuesOf(metrics, 'wm_database_commit_duration_seconds');
  assert(first > 0 && first < 60);
  assert(watched.commits().meanMs > 0);
});

test('a work that is started again because another failed counts once', async () => {
  await using watched = await open();
  const { database, metrics } = watched;
  const refusal = new Error('refused');
  const outcomes = await Promise.allSettled([
    database.write(() => addEvent('1')),
    database.write(function* () {
      yield* addEvent('2');
      throw refusal;
    }),
  ]);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'rejected'],
  );
  assert.deepEqual(valuesOf(metrics, 'wm_database_commit_works'), [2]);
});

test('writes wait until their commit begins, and none waits after a refusal without one', async () => {
  await using watched = await open();
  const { database } = watched;
  const writes = [database.write(() => addEvent('1')), database.write(() => addEvent('2'))];
  assert.equal(watched.commits().waiting, 2);
  assert(watched.commits().stuckMs >= 0);
  await Promise.all(writes);
  assert.deepEqual(
    [watched.commits().waiting, watched.commits().stuckMs],
    [0, 0],
    'nothing waits after the commit',
  );
  await database.close();
  await assert.rejects(database.write(() => addEvent('3')));
  assert.equal(watched.commits().waiting, 0);
});

test('heavy reads are timed, failed ones too, and answer as before', async () => {
  await using watched = await open();
  const { database, metrics } = watched;
  assert.deepEqual({ ...(await database.readHeavy(() => one('select 1 as one'))) }, { one: 1 });
  await assert.rejects(database.readHeavy(() => one('select nonsense')));
  assert.equal(valuesOf(metrics, 'wm_database_heavy_read_duration_seconds').length, 2);
});
