import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expiryOf, valuesOf } from './short-list.ts';

test('the end is told with the days left, and is soon below thirty', () => {
  const nowMs = Date.UTC(2026, 10, 20, 14, 6);
  const endsIn = (days: number) => expiryOf(new Date(nowMs + days * 86_400_000).toISOString(), nowMs);
  assert.deepEqual(endsIn(30), { text: '2026-12-20 14:06 (30 days)', isSoon: false });
  assert.deepEqual(endsIn(29.9).isSoon, true);
  assert.match(endsIn(1).text, /\(1 day\)$/);
  assert.match(endsIn(0.5).text, /\(today\)$/);
  assert.match(endsIn(-1).text, /\(ended\)$/);
});

test('selectors offer each value once, in order', () => {
  assert.deepEqual(valuesOf(['b', 'a', 'b']), ['a', 'b']);
});
