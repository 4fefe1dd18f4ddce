import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestDatabase } from '../testing/test-database.ts';
import { eventRange, eventsAfter, pruneEvents, recordEvent } from './event.store.ts';

const anEvent = (id: string, atMs = 0) =>
  recordEvent({ noun: 'job', id, vo: 'biomed', owner: 'ada', ownerGroup: 'biomed_user', atMs });

test('events come back in the order of their commits, after the one last seen', async () => {
  await using database = await openTestDatabase();
  await database.write(() => anEvent('1'));
  await database.write(() => anEvent('2'));
  const groups = await database.read(() => eventsAfter(1, 10));
  assert.deepEqual(groups, [
    {
      sequence: 2,
      events: [{ sequence: 2, noun: 'job', id: '2', vo: 'biomed', owner: 'ada', ownerGroup: 'biomed_user' }],
    },
  ]);
});

test('events of works that are committed together share a sequence and keep their order', async () => {
  await using database = await openTestDatabase();
  await Promise.all(['b', 'a', 'c'].map((id) => database.write(() => anEvent(id))));
  const groups = await database.read(() => eventsAfter(0, 10));
  assert.deepEqual(
    groups.map(({ events }) => events.map(({ sequence, id }) => `${sequence}${id}`)),
    [['1b', '1a', '1c']],
  );
});

test('an event of work rolled back is never seen', async () => {
  await using database = await openTestDatabase();
  await assert.rejects(
    database.write(function* () {
      yield* anEvent('1');
      throw new Error('no');
    }),
  );
  assert.deepEqual(await database.read(() => eventsAfter(0, 10)), []);
});

test('pruning keeps the newest event, so that the sequence goes on', async () => {
  await using database = await openTestDatabase();
  for (const id of ['1', '2', '3']) await database.write(() => anEvent(id, 5));
  await database.write(() => pruneEvents(10, 100));
  assert.deepEqual(await database.read(eventRange), { first: 3, last: 3 });
});
