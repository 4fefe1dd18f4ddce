import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLogger } from '../kernel/logger.ts';
import { aUser, configurationHolder } from '../testing/builders.ts';
import { openTestDatabase } from '../testing/test-database.ts';
import type { CoreEvent } from '../use-cases.ts';
import { createEventLog } from './event-log.service.ts';
import { pruneEvents, recordEvent } from './event.store.ts';

async function openLog() {
  const database = await openTestDatabase();
  const events = createEventLog({ database, log: silentLogger, configuration: configurationHolder() });
  const record = (id: string, fields: Partial<CoreEvent> = {}) =>
    database.write(() =>
      recordEvent({
        noun: 'job',
        id,
        vo: 'biomed',
        owner: 'ada',
        ownerGroup: 'biomed_user',
        atMs: 0,
        ...fields,
      }),
    );
  const close = async () => {
    events.close();
    await database.close();
  };
  return { database, events, record, [Symbol.asyncDispose]: close };
}

/** Collects ids until `count` have come. */
function collector(count: number) {
  const { promise, resolve } = Promise.withResolvers<readonly string[]>();
  const ids: string[] = [];
  return {
    promise,
    onEvents(events: readonly CoreEvent[]) {
      ids.push(...events.map(({ id }) => id));
      if (ids.length >= count) resolve(ids);
    },
    onGap: () => ids.push('gap'),
    ids,
  };
}

test('a subscriber hears of changes after it came, of its own circle only', async () => {
  await using world = await openLog();
  await world.record('before');
  const heard = collector(2);
  const subscription = await world.events.subscribe(aUser(), undefined, heard);
  await world.record('1');
  await world.record('foreign', { owner: 'bob' });
  await world.record('other vo', { vo: 'fermilab' });
  await world.record('2');
  assert.deepEqual(await heard.promise, ['1', '2']);
  subscription.close();
});

test('a subscriber that comes back hears what it missed, once', async () => {
  await using world = await openLog();
  for (const id of ['1', '2', '3']) await world.record(id);
  const heard = collector(3);
  await world.events.subscribe(aUser(), 1, heard);
  await world.record('4');
  assert.deepEqual(await heard.promise, ['2', '3', '4']);
});

test('a subscriber whose place was pruned, or is unknown, is told of a gap', async () => {
  await using world = await openLog();
  for (const id of ['1', '2', '3']) await world.record(id);
  await world.database.write(() => pruneEvents(1, 100));
  const late = collector(1);
  await world.events.subscribe(aUser(), 1, late);
  const wrong = collector(1);
  await world.events.subscribe(aUser(), 99, wrong);
  assert.deepEqual([late.ids, wrong.ids], [['gap'], ['gap']]);
  const exact = collector(1);
  await world.events.subscribe(aUser(), 2, exact);
  assert.deepEqual(await exact.promise, ['3']);
});

test('an administrator hears of all jobs of the VO, an operator of all pilots', async () => {
  await using world = await openLog();
  const administrator = collector(1);
  const operator = collector(1);
  await world.events.subscribe(aUser({ properties: ['JobAdministrator'] }), undefined, administrator);
  await world.events.subscribe(aUser({ vo: 'ops', properties: ['Operator'] }), undefined, operator);
  await world.record('7', { owner: 'bob' });
  await world.record('stamp', { noun: 'pilot', vo: 'fermilab', owner: null, ownerGroup: null });
  assert.deepEqual(await administrator.promise, ['7']);
  assert.deepEqual(await operator.promise, ['stamp']);
});
