import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeyFigures, type FigurePoint } from './key-figures.ts';

const aPoint = (jobsWaiting: number): FigurePoint => ({
  jobsWaiting,
  jobsRunning: 0,
  matchesPerS: 0,
  commitMs: 0,
  eventLoopLagMs: 0,
});

test('one hour of points is kept, oldest first, and no more', () => {
  const figures = new KeyFigures();
  assert.deepEqual(figures.series().values.jobsWaiting, []);
  assert.equal(figures.series().endsAtMs, undefined);
  for (let index = 0; index < 300; index++) figures.add(aPoint(index), index * 15_000);
  const { values, endsAtMs, stepMs } = figures.series();
  assert.equal(values.jobsWaiting.length * stepMs, 3_600_000);
  assert.deepEqual([values.jobsWaiting[0], values.jobsWaiting.at(-1)], [60, 299]);
  assert.equal(endsAtMs, 299 * 15_000);
});
