import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isOverdue, leadTimesOf } from './lead-times.ts';

const minuteMs = 60_000;

describe('how long pilots wait for their start', () => {
  it('is the middle of those that started, for each batch queue', () => {
    const waits = { a: [5, 1, 900], b: [7] };
    const started = Object.entries(waits).flatMap(([classKey, list]) =>
      list.map((waitedMs) => ({ classKey, waitedMs })),
    );
    assert.deepEqual(
      [...leadTimesOf(started)],
      [
        ['a', 5],
        ['b', 7],
      ],
    );
    assert.equal(leadTimesOf([]).size, 0);
  });

  const cases: readonly (readonly [string, number, number | undefined, boolean])[] = [
    ['twice as long as usual may happen', 60, 30, false],
    ['more than three times is overdue', 91, 30, true],
    ['ten minutes say nothing at a queue that starts pilots at once', 10, 0, false],
    ['eleven do', 11, 0, true],
    ['nobody knows what is usual at a new queue', 60, undefined, false],
    ['but an hour is long anywhere', 61, undefined, true],
  ];
  for (const [sentence, waited, lead, expected] of cases)
    it(sentence, () => {
      assert.equal(isOverdue(waited * minuteMs, lead && lead * minuteMs), expected);
    });
});
