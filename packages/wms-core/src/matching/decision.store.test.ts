import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from '../db/database.ts';
import { migrate, readMigrations } from '../db/migrate.ts';
import { attemptsOf, insertAttempt } from '../jobs/job.store.ts';
import { openTestDatabase } from '../testing/test-database.ts';
import { findDecisions, pruneDecisions } from './decision.store.ts';

const place = { pilotStamp: 'a'.repeat(32), site: 'EGI.Demo.org', computingElement: 'ce', batchQueue: 'q' };

test('the oldest decisions are forgotten, their attempts stay', async () => {
  await using database = await openTestDatabase();
  await database.write(function* () {
    for (const attempt of [1, 2, 3])
      yield* insertAttempt({
        ...place,
        jobId: 7,
        attempt,
        matchedAtMs: attempt * 1000,
        decision: `{"n":${attempt}}`,
      });
    yield* insertAttempt({ ...place, jobId: 8, attempt: 1, matchedAtMs: 500 });
  });
  await database.write(() => pruneDecisions(3000, 100));
  assert.deepEqual(await database.read(() => findDecisions(7)), [
    { attempt: 3, atMs: 3000, record: '{"n":3}' },
  ]);
  assert.deepEqual(
    (await database.read(() => attemptsOf(7))).map(({ attempt }) => attempt),
    [3, 2, 1],
  );
  assert.deepEqual(await database.read(() => findDecisions(8)), []);
});

test('no more are forgotten at once than is said', async () => {
  await using database = await openTestDatabase();
  await database.write(function* () {
    for (const jobId of [1, 2, 3, 4])
      yield* insertAttempt({ ...place, jobId, attempt: 1, matchedAtMs: jobId, decision: '{}' });
  });
  await database.write(() => pruneDecisions(100, 2));
  const left: number[] = [];
  for (const jobId of [1, 2, 3, 4])
    if ((await database.read(() => findDecisions(jobId))).length > 0) left.push(jobId);
  assert.deepEqual(left, [3, 4]);
});

test('a database of before, which kept decisions in a table of their own, loses none', async () => {
  await using database = await openTestDatabase({ migrated: false });
  const all = await readMigrations(database.engine);
  const merging = all.findIndex(({ name }) => name === '0170-decisions-with-attempts');
  await migrate(database, all.slice(0, merging));
  await database.write(function* () {
    for (const attempt of [1, 2])
      yield* run(
        `insert into job_attempts (job_id, attempt, pilot_stamp, site, computing_element, batch_queue, matched_at_ms)
         values ($1, $2, $3, $4, $5, $6, $7)`,
        [7, attempt, place.pilotStamp, place.site, place.computingElement, place.batchQueue, attempt * 1000],
      );
    yield* run('insert into match_decisions (job_id, attempt, at_ms, record) values (7, 2, 2000, $1)', [
      '{"n":2}',
    ]);
  });
  await migrate(database, all);
  assert.deepEqual(await database.read(() => findDecisions(7)), [
    { attempt: 2, atMs: 2000, record: '{"n":2}' },
  ]);
  assert.deepEqual(await database.read(() => attemptsOf(7)), [
    { ...place, attempt: 2, matchedAtMs: 2000 },
    { ...place, attempt: 1, matchedAtMs: 1000 },
  ]);
});
