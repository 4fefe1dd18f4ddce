import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countsOf, pageCount, searchPageOf, totalOf, valueText } from './search-page.ts';

test('the total is read from a part, from past the end, and is the count when all fits', () => {
  assert.equal(totalOf('jobs 0-9/20'), 20);
  assert.equal(totalOf('jobs */20'), 20);
  assert.equal(totalOf(null), undefined);
  const whole = searchPageOf({ headers: new Headers(), body: [{ JobID: 1 }] }, 5);
  assert.deepEqual(whole, { rows: [{ JobID: 1 }], total: 1, readAtMs: 5 });
  const pastEnd = searchPageOf(
    { headers: new Headers({ 'content-range': 'jobs */20' }), body: undefined },
    5,
  );
  assert.deepEqual(pastEnd, { rows: [], total: 20, readAtMs: 5 });
});

test('nothing at all is still one page', () => {
  assert.equal(pageCount(0, 25), 1);
  assert.equal(pageCount(51, 25), 3);
});

test('counts come most frequent first, an empty value is kept', () => {
  const rows = [
    { Site: 'b', count: 1 },
    { Site: null, count: 1 },
    { Site: 'a', count: 7 },
  ];
  assert.deepEqual(countsOf(rows, 'Site'), [
    { value: 'a', count: 7 },
    { value: '', count: 1 },
    { value: 'b', count: 1 },
  ]);
  assert.equal(valueText({ a: 1 }), '{"a":1}');
});
