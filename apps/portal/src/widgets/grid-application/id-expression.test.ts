import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { formatIdExpression, parseIdExpression } from './id-expression.ts';

const idsOf = (text: string): readonly number[] | string => {
  const parsed = parseIdExpression(text);
  if (parsed.kind === 'range') return `${parsed.first} to ${parsed.last}`;
  return parsed.kind === 'ids' ? parsed.ids : parsed.message;
};

test('numbers and ranges are read with any separator, sorted and without repeats', () => {
  assert.deepEqual(idsOf('1,5,10-12'), [1, 5, 10, 11, 12]);
  assert.deepEqual(idsOf('5; 3 3'), [3, 5]);
  assert.deepEqual(idsOf(' 10 - 12 '), [10, 11, 12]);
  assert.deepEqual(idsOf(''), []);
});

test('a word, a backward range, zero and a huge range among others are refused with the reason', () => {
  assert.match(String(idsOf('abc')), /"abc" is no job id/);
  assert.match(String(idsOf('20-10')), /ends before it starts/);
  assert.match(String(idsOf('0')), /start at 1/);
  assert.match(String(idsOf('1-999999999, 7')), /At most 10,000/);
  assert.match(String(idsOf('-5')), /no job id/);
});

test('one range alone may be as long as it likes, for it is no list', () => {
  assert.equal(idsOf('5-1000004'), '5 to 1000004');
  assert.equal((idsOf('1-10000') as readonly number[]).length, 10_000);
});

test('an expression that was written is read as the same ids', () => {
  const anyIds = fc.uniqueArray(fc.integer({ min: 1, max: 300 }), { maxLength: 60 });
  fc.assert(
    fc.property(anyIds, (ids) => {
      assert.deepEqual(
        idsOf(formatIdExpression(ids)),
        ids.toSorted((a, b) => a - b),
      );
    }),
    { numRuns: 100 },
  );
});

test('runs of three become a range, pairs stay apart', () => {
  assert.equal(formatIdExpression([1, 2, 3, 7, 8]), '1-3,7,8');
});
