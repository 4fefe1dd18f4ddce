import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLateReport, movedAtMs, nodeInstant } from './report-order.ts';

const hourMs = 3_600_000;
const nowMs = Date.UTC(2026, 0, 1);

for (const [what, report, job, isLate] of [
  ['newer', { atMs: 2 }, { status: 'Running', reportedAtMs: 1 }, false],
  ['the first one', { atMs: 2 }, { status: 'Matched', reportedAtMs: null }, false],
  ['older, words only', { atMs: 1 }, { status: 'Running', reportedAtMs: 2 }, true],
  ['older, of the same stage', { atMs: 1, status: 'Running' }, { status: 'Running', reportedAtMs: 2 }, true],
  ['older, of a stage before', { atMs: 1, status: 'Running' }, { status: 'Done', reportedAtMs: 2 }, true],
  ['older, but the end', { atMs: 1, status: 'Done' }, { status: 'Completing', reportedAtMs: 2 }, false],
  ['older, but a step on', { atMs: 1, status: 'Completing' }, { status: 'Stalled', reportedAtMs: 2 }, false],
  [
    'after a clock that was ahead',
    { atMs: nowMs },
    { status: 'Running', reportedAtMs: nowMs + hourMs },
    false,
  ],
] as const)
  test(`a report that is ${what} is ${isLate ? 'history only' : 'taken'}`, () => {
    assert.equal(isLateReport(report, job, nowMs), isLate);
  });

test('whatever a clock says becomes an instant that a database and a calendar take', () => {
  for (const atMs of [-1e300, -1, 0.5, nowMs + 0.7, 1e300]) {
    const instant = nodeInstant(atMs);
    assert.ok(Number.isSafeInteger(instant));
    assert.doesNotThrow(() => new Date(instant).toISOString());
  }
});

test('a change happened when the node says, unless that cannot be', () => {
  const lastMs = nowMs - 60_000;
  assert.equal(movedAtMs(nowMs - 30_000, lastMs, nowMs), nowMs - 30_000);
  assert.equal(movedAtMs(nowMs - 90_000, lastMs, nowMs), lastMs);
  assert.equal(movedAtMs(nowMs + 30_000, lastMs, nowMs), nowMs);
  assert.equal(movedAtMs(nowMs - 2 * hourMs, lastMs, nowMs), nowMs);
});
