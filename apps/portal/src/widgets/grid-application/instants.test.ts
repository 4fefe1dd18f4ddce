import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byteSize, duration, fullInstant, instantMs, shortInstant } from './instants.ts';

test('a time of today shows the time, an older one the date as well', () => {
  const nowMs = Date.parse('2026-11-20T20:00:00Z');
  assert.equal(shortInstant('2026-11-20T14:06:08Z', nowMs), '14:06:08');
  assert.equal(shortInstant('2026-11-19T14:06:08.123Z', nowMs), '2026-11-19 14:06');
  assert.equal(shortInstant(null, nowMs), '');
  assert.equal(fullInstant('2026-11-20T14:06:08+02:00'), '2026-11-20 12:06:08');
});

test('a time without zone is UTC, nonsense is no time', () => {
  assert.equal(instantMs('2026-11-20 14:06:08'), Date.parse('2026-11-20T14:06:08Z'));
  assert.equal(instantMs('soon'), undefined);
});

test('durations and sizes use two units at most', () => {
  assert.deepEqual([300, 4000, 222_000, 7_500_000, 277_000_000].map(duration), [
    '300 ms',
    '4 s',
    '3 min 42 s',
    '2 h 5 min',
    '3 d 4 h',
  ]);
  assert.deepEqual([0, 312, 1536, 20_971_520].map(byteSize), ['0 B', '312 B', '1.5 KiB', '20 MiB']);
});
