import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failedOf, figuresByDay, figuresOf, type EndedJob } from './figures.ts';

const job = (fields: Partial<EndedJob>): EndedJob => ({
  day: 1,
  status: 'Done',
  minorStatus: 'Execution Complete',
  reschedules: 0,
  isGivenBack: false,
  submittedAtMs: 1000,
  lastUpdateAtMs: 2000,
  ...fields,
});

test('jobs are counted by what came of them', () => {
  const figures = figuresOf([
    job({}),
    job({ reschedules: 2, isGivenBack: true, lastUpdateAtMs: 9000 }),
    job({ status: 'Failed', minorStatus: 'Maximum of reschedulings reached', reschedules: 3 }),
    job({ status: 'Failed', minorStatus: 'Application Finished With Errors' }),
    job({ status: 'Stalled', lastUpdateAtMs: 900_000 }),
  ]);
  assert.deepEqual(figures, {
    submitted: 5,
    done: 2,
    failed: { 'Maximum of reschedulings reached': 1, 'Application Finished With Errors': 1 },
    rescheduled: 2,
    givenBack: 1,
    nonFinal: 1,
    p50Ms: 1000,
    p99Ms: 8000,
  });
  assert.equal(failedOf(figures), 2);
});

test('days come in order', () => {
  assert.deepEqual([...figuresByDay([job({ day: 2 }), job({ day: 1 }), job({ day: 2 })]).keys()], [1, 2]);
});

test('without a final job there is no duration', () => {
  assert.equal(figuresOf([job({ status: 'Waiting' })]).p50Ms, undefined);
});
