import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heard, mergeRows, oneReadingAtATime, throttled, type Timers } from './live-rows.ts';

test('only rows in view are fetched again, others may enter the page', () => {
  assert.deepEqual(heard([3, 2, 1], [2, 2, 9]), { visible: [2], mayEnter: true });
  assert.deepEqual(heard([3, 2, 1], [1]), { visible: [1], mayEnter: false });
});

test('fresh rows keep the order, and rows without a change stay the same object', () => {
  const rows = [
    { JobID: 2, Status: 'Waiting' },
    { JobID: 1, Status: 'Done' },
  ];
  const merged = mergeRows(
    rows,
    [
      { JobID: 2, Status: 'Running' },
      { JobID: 7, Status: 'Done' },
    ],
    'JobID',
  );
  assert.deepEqual(merged[0], { JobID: 2, Status: 'Running' });
  assert.equal(merged[1], rows[1]);
  assert.equal(merged.length, 2);
});

test('fresh rows that say the same leave the page as it is', () => {
  const rows = [{ JobID: 2, Status: 'Waiting' }];
  assert.equal(mergeRows(rows, [{ JobID: 2, Status: 'Waiting' }], 'JobID'), rows);
});

function movableTime() {
  let now = 0;
  let pending: { run: () => void; atMs: number } | undefined;
  const timers: Timers = {
    nowMs: () => now,
    later(run, delayMs) {
      pending = { run, atMs: now + delayMs };
      return () => {
        pending = undefined;
      };
    },
  };
  const advance = (ms: number): void => {
    now += ms;
    if (pending === undefined || pending.atMs > now) return;
    const { run } = pending;
    pending = undefined;
    run();
  };
  return { timers, advance };
}

test('many rings make one run at once and one at the end of the interval', () => {
  const { timers, advance } = movableTime();
  let runs = 0;
  const bell = throttled(() => (runs += 1), 1000, timers);
  bell.ring();
  assert.equal(runs, 1);
  for (let i = 0; i < 9; i += 1) {
    bell.ring();
    advance(100);
  }
  assert.equal(runs, 1);
  advance(100);
  assert.equal(runs, 2);
});

test('after a stop nothing runs any more', () => {
  const { timers, advance } = movableTime();
  let runs = 0;
  const bell = throttled(() => (runs += 1), 1000, timers);
  bell.ring();
  bell.ring();
  bell.stop();
  advance(5000);
  assert.equal(runs, 1);
});

test('what a bell names is read after the answer under way, one reading at a time, and again if it rings meanwhile', async () => {
  const page = Promise.withResolvers<void>();
  const readings: { readonly keys: readonly number[]; readonly done: () => void }[] = [];
  const changes = oneReadingAtATime<number>({
    underWay: () => page.promise,
    read: (keys) => new Promise((done) => readings.push({ keys, done })),
  });
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  changes.hear([1]);
  changes.hear([2, 1]);
  await turn();
  assert.equal(readings.length, 0);
  page.resolve();
  await turn();
  assert.deepEqual(readings[0]?.keys, [1, 2]);
  changes.hear([1]);
  await turn();
  assert.equal(readings.length, 1);
  readings[0]?.done();
  await turn();
  assert.deepEqual(readings[1]?.keys, [1]);
  readings[1]?.done();
  await turn();
  assert.equal(readings.length, 2);
});
