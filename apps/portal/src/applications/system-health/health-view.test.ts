import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding } from '../../server-state/system-health.ts';
import { figureText, groupsOf, troublesOf, verdictOf } from './health-view.ts';
import { readState, startState } from './system-health-state.ts';

const aFinding = (given: Partial<Finding>): Finding => ({
  check: 'database',
  title: 'Database',
  group: 'service',
  status: 'ok',
  subject: null,
  means: 'It answers.',
  toDo: null,
  figure: null,
  since: '2026-11-20T14:06:00.000Z',
  ...given,
});

test('the verdict says how bad it is and how much of it there is', () => {
  assert.equal(verdictOf([]), 'Nothing to look at');
  assert.equal(verdictOf([aFinding({})]), 'All is well');
  assert.equal(verdictOf([aFinding({ status: 'warning' })]), 'Attention: 1 warning');
  assert.equal(
    verdictOf([
      aFinding({ status: 'critical' }),
      aFinding({ status: 'warning' }),
      aFinding({ status: 'warning' }),
    ]),
    'Something is broken: 1 critical finding, 2 warnings',
  );
});

test('what needs attention comes worst first, then longest standing first', () => {
  const found = troublesOf([
    aFinding({ check: 'a', status: 'warning', since: '2026-11-20T14:00:00.000Z' }),
    aFinding({ check: 'b' }),
    aFinding({ check: 'c', status: 'critical', since: '2026-11-20T14:05:00.000Z' }),
    aFinding({ check: 'd', status: 'critical', since: '2026-11-20T14:01:00.000Z' }),
  ]);
  assert.deepEqual(
    found.map(({ check }) => check),
    ['d', 'c', 'a'],
  );
});

test('good findings stand in the order of the groups, and many of one check can be folded', () => {
  const site = (name: string) =>
    aFinding({ check: 'site-pilots', group: 'sites', subject: { kind: 'site', name } });
  const views = groupsOf([...['A', 'B', 'C', 'D', 'E'].map(site), aFinding({}), site('F')]);
  assert.deepEqual(
    views.map(({ title, checks }) => [
      title,
      checks.map(({ findings, canFold }) => [findings.length, canFold]),
    ]),
    [
      ['Service', [[1, false]]],
      ['Sites', [[6, true]]],
    ],
  );
});

test('figures are written with their unit', () => {
  assert.equal(figureText(0.42, 'ms'), '0.4 ms');
  assert.equal(figureText(90_000, 's'), '1 d 1 h');
  assert.equal(figureText(1, 'pilots'), '1 pilot');
  assert.equal(figureText(1200, 'jobs'), '1,200 jobs');
  assert.equal(figureText(40, 'percent'), '40 %');
  assert.equal(figureText(2_097_152, 'bytes'), '2.0 MiB');
});

test('a stored state is taken as far as it makes sense', () => {
  assert.deepEqual(readState(undefined), startState);
  assert.deepEqual(readState({ unfolded: ['agents', 7] }), { unfolded: ['agents'] });
});
