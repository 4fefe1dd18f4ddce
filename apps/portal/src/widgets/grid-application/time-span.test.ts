import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allTime, timeSpanConditions, timeSpanProblem, timeSpanWords, type TimeSpan } from './time-span.ts';

const nowMs = Date.parse('2026-11-20T14:00:00Z');
const manual = (from: string, to: string): TimeSpan => ({ kind: 'manual', from, to });

test('all time asks for nothing', () => {
  assert.deepEqual(timeSpanConditions(allTime, 'LastUpdateTime', nowMs), []);
});

test('the last day starts 24 hours before now', () => {
  assert.deepEqual(timeSpanConditions({ ...allTime, kind: 'day' }, 'LastUpdateTime', nowMs), [
    { parameter: 'LastUpdateTime', operator: 'gt', value: '2026-11-19T13:59:59Z' },
  ]);
});

test('a manual span includes the minutes it names', () => {
  const conditions = timeSpanConditions(manual('2026-11-20T10:00', '2026-11-20T11:30'), 'T', nowMs);
  assert.deepEqual(
    conditions.map((condition) => ('value' in condition ? condition.value : '')),
    ['2026-11-20T09:59:59Z', '2026-11-20T11:31:00Z'],
  );
});

test('a span that ends before it starts, or is no date, is refused and filters nothing', () => {
  assert.match(timeSpanProblem(manual('2026-11-20T11:00', '2026-11-20T10:00')) ?? '', /later than To/);
  assert.match(timeSpanProblem(manual('yesterday', '')) ?? '', /no date/);
  assert.deepEqual(timeSpanConditions(manual('yesterday', ''), 'T', nowMs), []);
});

test('the chip says the span in words', () => {
  assert.deepEqual(timeSpanWords({ ...allTime, kind: 'week' }), { operator: 'in the last', value: '1 week' });
  assert.deepEqual(timeSpanWords(manual('2026-11-20T10:00', '')), {
    operator: 'since',
    value: '2026-11-20 10:00',
  });
});
