import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noPilotFigures, summaryOf, type PilotFigures } from './pilot-summary.ts';
import type { PilotStatus } from './pilot-status.ts';

const figures = (
  byStatus: Partial<Record<PilotStatus, number>>,
  more: Partial<PilotFigures> = {},
): PilotFigures => ({ ...noPilotFigures, ...more, byStatus: { ...noPilotFigures.byStatus, ...byStatus } });

const grades = [
  { aborted: 0, status: 'Good' },
  { aborted: 15, status: 'Good' },
  { aborted: 16, status: 'Fair' },
  { aborted: 40, status: 'Fair' },
  { aborted: 41, status: 'Poor' },
  { aborted: 75, status: 'Poor' },
  { aborted: 76, status: 'Bad' },
  { aborted: 100, status: 'Bad' },
] as const;

for (const { aborted, status } of grades)
  test(`${aborted} aborted pilots in a hundred are ${status}`, () => {
    const summary = summaryOf(figures({ Aborted: aborted, Done: 100 - aborted }));
    assert.deepEqual([summary.status, summary.pilotJobEff], [status, 100 - aborted]);
  });

test('ten pilots prove nothing, eleven do', () => {
  assert.equal(summaryOf(figures({ Aborted: 10 })).status, 'Idle');
  assert.equal(summaryOf(figures({ Aborted: 11 })).status, 'Bad');
  assert.equal(summaryOf(figures({ Running: 11 })).status, 'Good');
});

test('a place without pilots is idle and has no efficiency', () => {
  const { pilotJobEff, pilotsPerJob, status, total } = summaryOf(noPilotFigures);
  assert.deepEqual([status, total, pilotJobEff, pilotsPerJob], ['Idle', 0, null, null]);
});

test('pilots that took no job make a job dear', () => {
  assert.equal(summaryOf(figures({ Done: 30 }, { doneEmpty: 10 })).pilotsPerJob, 1.5);
  assert.equal(summaryOf(figures({ Done: 30 }, { doneEmpty: 30 })).pilotsPerJob, 99);
});
