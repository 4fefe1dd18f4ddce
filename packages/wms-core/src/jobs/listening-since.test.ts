import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createListening } from './listening-since.ts';

test('a process that stood still has listened only since it goes on', () => {
  const clock = createFakeClock(0);
  const listening = createListening(clock);
  listening.beat();
  for (let second = 0; second < 60; second += 5) {
    clock.advanceS(5);
    listening.beat();
  }
  assert.equal(listening.sinceMs(), 0);
  clock.advanceS(3600);
  assert.equal(listening.sinceMs(), 3_660_000);
  clock.advanceS(5);
  assert.equal(listening.sinceMs(), 3_660_000);
});
