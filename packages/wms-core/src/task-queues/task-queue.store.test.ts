import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstReading } from '../matching/task-queue-heads.ts';
import { openTestDatabase } from '../testing/test-database.ts';
import { enterTaskQueue, glanceAtHead } from './task-queue.store.ts';

/** Queue 1 has more jobs than are read at first, queue 2 a few, queue 3 none. */
async function openQueues() {
  const database = await openTestDatabase();
  await database.write(function* () {
    for (let jobId = 1; jobId <= 12; jobId++) yield* enterTaskQueue(1, 1, jobId);
    yield* enterTaskQueue(1, 9, 40);
    for (const [jobId, priority] of [
      [50, 0],
      [51, 3],
      [52, 0],
    ] as const)
      yield* enterTaskQueue(2, priority, jobId);
  });
  return database;
}

const inQueue1 = [{ rank: -9, jobId: 40 }, ...[1, 2, 3, 4, 5, 6, 7].map((jobId) => ({ rank: -1, jobId }))];
const inQueue2 = [
  { rank: -3, jobId: 51 },
  { rank: 0, jobId: 50 },
  { rank: 0, jobId: 52 },
];

test('several who look at heads in one moment see each his own: by priority, then by age', async () => {
  await using database = await openQueues();
  const heads = await Promise.all(
    [1, 2, 3, 1].map((queue) => database.read(() => glanceAtHead(queue, firstReading))),
  );
  assert.deepEqual(heads, [inQueue1, inQueue2, [], inQueue1]);
});

test('one alone, a longer look and a look beside a write see the same', async () => {
  await using database = await openQueues();
  assert.deepEqual(await database.read(() => glanceAtHead(2, firstReading)), inQueue2);
  assert.deepEqual(await database.write(() => glanceAtHead(2, firstReading)), inQueue2);
  const longer = await database.read(() => glanceAtHead(1, 10));
  assert.deepEqual(longer.slice(0, firstReading), inQueue1);
  assert.equal(longer.length, 10);
});
