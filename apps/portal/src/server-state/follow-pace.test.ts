import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextReadingMs } from './follow-pace.ts';

const after = (quietReadings: number, source: 'live' | 'awaited' | 'kept' = 'live') =>
  nextReadingMs({ source, quietReadings });

test('what grows is read again soon, what is quiet ever more rarely, but twice a minute at least', () => {
  const waits = Array.from({ length: 12 }, (_, quiet) => Number(after(quiet)));
  assert.equal(waits[0], 3000);
  assert.deepEqual(
    waits,
    waits.toSorted((a, b) => a - b),
  );
  assert.equal(waits.at(-1), 30_000);
  assert.equal(after(10_000), 30_000);
});

test('what is awaited is read again, what is kept or not there is not', () => {
  assert.equal(after(0, 'awaited'), 3000);
  assert.equal(after(0, 'kept'), false);
  assert.equal(nextReadingMs(undefined), false);
});
