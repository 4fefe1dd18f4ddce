/** History is averages over time of what the counters say. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLogger } from '../kernel/logger.ts';
import { aUser, configurationHolder } from '../testing/builders.ts';
import { openJobWorld, type JobWorld } from '../testing/job-world.ts';
import { createAccountingReports } from './accounting-report.service.ts';
import { createJobHistoryAgent } from './job-history.agent.ts';
import { bounded, type StateCount } from './job-history.ts';

const agentOf = (world: JobWorld) =>
  createJobHistoryAgent({ ...world, log: silentLogger, configuration: configurationHolder() });

async function averages(world: JobWorld, grouping: string, fromMs: number) {
  const reports = createAccountingReports({ ...world, configuration: configurationHolder() });
  const report = await reports.report(aUser(), {
    type: 'WMSHistory',
    fromMs,
    toMs: world.clock.nowMs(),
    grouping,
    conditions: [],
    value: 'Jobs',
  });
  return Object.fromEntries(report.series.map(({ group, total }) => [group, total]));
}

test('a look stands for the time since the one before, whatever the pace', async () => {
  await using world = await openJobWorld();
  const agent = agentOf(world);
  const fromMs = world.clock.nowMs();
  for (let count = 0; count < 4; count++) await world.submitOne();
  await agent.runOnce();
  world.clock.advanceS(900);
  await agent.runOnce();
  await world.jobs.act(aUser(), 'kill', [1, 2]);
  world.clock.advanceS(2700);
  await agent.runOnce();
  assert.deepEqual(await averages(world, 'Status', fromMs), {
    Waiting: (4 * 900 + 2 * 2700) / 3600,
    Killed: (2 * 2700) / 3600,
  });
});

test('a second process that looks just after the first one adds nothing', async () => {
  await using world = await openJobWorld();
  const fromMs = world.clock.nowMs();
  await world.submitOne();
  const [first, second] = [agentOf(world), agentOf(world)];
  await first.runOnce();
  world.clock.advanceS(900);
  await Promise.all([first.runOnce(), second.runOnce()]);
  assert.deepEqual(await averages(world, 'Site', fromMs), { ANY: 1 });
});

test('too many job groups become one, and no job is lost', () => {
  const counts = Array.from({ length: 30 }, (_, index): StateCount => ({
    status: 'Waiting',
    site: 'ANY',
    owner: 'ada',
    ownerGroup: 'biomed_user',
    jobGroup: `group ${index}`,
    minorStatus: index % 2 === 0 ? 'x' : 'y',
    jobType: 'User',
    jobs: 2,
    reschedules: 1,
  }));
  assert.equal(bounded(counts, 30), counts);
  assert.deepEqual(
    bounded(counts, 29).map(({ jobGroup, minorStatus, jobs, reschedules }) => [
      jobGroup,
      minorStatus,
      jobs,
      reschedules,
    ]),
    [
      ['Various', 'x', 30, 15],
      ['Various', 'y', 30, 15],
    ],
  );
  assert.deepEqual(
    bounded(counts, 1).map(({ minorStatus, jobs }) => [minorStatus, jobs]),
    [['Various', 60]],
  );
});
