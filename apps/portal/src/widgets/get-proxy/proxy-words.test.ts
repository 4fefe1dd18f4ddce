import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lifeText } from './proxy-words.ts';

test('days, and hours for less than one', () => {
  const after = (hours: number) => lifeText(new Date(hours * 3_600_000).toISOString(), 0);
  assert.deepEqual([264, 36, 24, 12, 1, 0.1, -3].map(after), [
    '11 days',
    '2 days',
    '1 day',
    '12 hours',
    '1 hour',
    '0 hours',
    '0 hours',
  ]);
});
