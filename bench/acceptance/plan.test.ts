import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planWeek, type Week } from './plan.ts';

const week: Week = {
  days: 7,
  jobsPerDay: 15_000,
  minutes: 7,
  engine: 'postgres',
  seed: 11,
  users: 4,
  sites: ['EGI.One.org', 'EGI.Two.org'],
};
const plan = planWeek(week);

test('every day has all its jobs, inside the day', () => {
  for (let day = 1; day <= 7; day += 1) {
    const ofDay = plan.submissions.filter((each) => each.day === day);
    assert.equal(
      ofDay.reduce((sum, { jobs }) => sum + jobs, 0),
      15_000,
    );
    assert.ok(ofDay.every(({ atMs }) => atMs >= (day - 1) * 60_000 && atMs <= day * 60_000));
  }
});

test('everybody submits, alone and in bursts', () => {
  assert.deepEqual(new Set(plan.submissions.map(({ user }) => user)), new Set([0, 1, 2, 3]));
  const sizes = plan.submissions.map(({ jobs }) => jobs);
  assert.ok(Math.max(...sizes) > 150 && Math.max(...sizes) <= 200);
  assert.ok(sizes.filter((jobs) => jobs < 10).length > sizes.length / 4);
});

test('afternoons are busier than nights', () => {
  const between = (from: number, to: number): number =>
    plan.submissions.filter(({ atMs }) => {
      const part = (atMs % 60_000) / 60_000;
      return part >= from / 24 && part < to / 24;
    }).length;
  assert.ok(between(12, 16) > 3 * between(0, 4));
});

test('what fails is mended, and in order', () => {
  const open = new Set<string>();
  for (const failure of plan.failures) {
    if (failure.kind === 'ban' || failure.kind === 'black hole') open.add(`${failure.kind} ${failure.site}`);
    if (failure.kind === 'allow') assert.ok(open.delete(`ban ${failure.site}`));
    if (failure.kind === 'mended') assert.ok(open.delete(`black hole ${failure.site}`));
  }
  assert.deepEqual([...open], []);
  assert.deepEqual(
    plan.failures,
    plan.failures.toSorted((a, b) => a.atMs - b.atMs),
  );
});

test('everything that can die dies every day', () => {
  for (let day = 0; day < 7; day += 1) {
    const died = plan.failures.flatMap((failure) =>
      failure.kind === 'kill' && Math.floor(failure.atMs / 60_000) === day ? [failure.target] : [],
    );
    assert.deepEqual(new Set(died), new Set(['server', 'pilot', 'database']));
  }
});

test('the same seed plans the same week', () => {
  assert.deepEqual(planWeek(week), plan);
  assert.notDeepEqual(planWeek({ ...week, seed: 12 }), plan);
});
