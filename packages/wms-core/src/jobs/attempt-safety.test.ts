/** Commands and reports as a hostile network delivers them: stale, doubled, reversed, with clocks years off. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { rows } from '../db/database.ts';
import { aConfiguration, aPilot, aUser } from '../testing/builders.ts';
import { openJobWorld, type JobWorld } from '../testing/job-world.ts';
import type { JobReport } from '../use-cases.ts';

const pilot = aPilot();
const other = aPilot({ stamp: '1'.repeat(32) });
const yearMs = 365 * 86_400_000;

const statusOf = async (world: JobWorld, jobId: number) =>
  (await world.monitoring.job(aUser(), jobId)).attributes['Status'];

const openCommands = (world: JobWorld) =>
  world.database.read(() =>
    rows<{ attempt: number; stamp: string }>(
      `select attempt, pilot_stamp as stamp from job_commands where acknowledged_at_ms is null`,
    ),
  );

async function running(world: JobWorld) {
  await world.submitOne();
  const job = await world.matchOne();
  await world.report(job, { status: 'Running', minorStatus: 'Application' });
  return job;
}

for (const action of ['kill', 'delete', 'reschedule', 'reset'] as const)
  test(`${action} tells the payload to end until its pilot says that it heard`, async () => {
    await using world = await openJobWorld();
    const { jobId } = await running(world);
    const properties = ['NormalUser', 'JobAdministrator'] as const;
    await world.jobs.act(aUser({ properties }), action, [jobId]);
    const beat = () => world.stateUpdate.heartbeat(pilot, [{ jobId, attempt: 1, atMs: 0 }], []);
    const [first, again] = [(await beat()).commands, (await beat()).commands];
    assert.deepEqual(
      first.map(({ command, attempt }) => [command, attempt]),
      [['Kill', 1]],
    );
    assert.deepEqual(first, again);
  });

test('acknowledgements of others, unknown and doubled ones change nothing', async () => {
  await using world = await openJobWorld();
  const { jobId } = await running(world);
  await world.jobs.act(aUser(), 'kill', [jobId]);
  const { commands } = await world.stateUpdate.heartbeat(pilot, [], []);
  const ids = commands.map(({ commandId }) => commandId);
  await world.stateUpdate.heartbeat(other, [], ids);
  await world.stateUpdate.heartbeat(pilot, [], [9999, -1, 0]);
  assert.equal((await openCommands(world)).length, 1);
  for (let time = 0; time < 2; time++) await world.stateUpdate.heartbeat(pilot, [], [...ids, ...ids]);
  assert.equal((await openCommands(world)).length, 0);
  assert.equal(await statusOf(world, jobId), 'Killed');
});

test('a command of an attempt that is over never reaches the next one', async () => {
  await using world = await openJobWorld();
  const { jobId } = await running(world);
  await world.jobs.act(aUser(), 'reschedule', [jobId]);
  const second = await world.matchOne(other);
  await world.report(second, { status: 'Running' }, other);
  assert.deepEqual((await world.stateUpdate.heartbeat(other, [], [])).commands, []);
  const [late] = await world.stateUpdate.report(pilot, [
    { jobId, attempt: 1, atMs: world.clock.nowMs(), status: 'Killed', minorStatus: 'Received Kill signal' },
  ]);
  assert.equal(late?.code, 'job.stale-attempt');
  assert.deepEqual(await openCommands(world), [], 'the pilot has ended what it was told to end');
  assert.equal(await statusOf(world, jobId), 'Running');
});

test('commands of a pilot that is gone are closed', async () => {
  await using world = await openJobWorld();
  const { jobId } = await running(world);
  await world.jobs.act(aUser(), 'kill', [jobId]);
  await world.database.write(() => world.lostJobs.pilotEnded(pilot.stamp, 'The node went away'));
  assert.deepEqual(await openCommands(world), []);
});

for (const [what, offMs] of [
  ['years ahead', 70 * yearMs],
  ['years behind', -30 * yearMs],
  ['before all time', -1e300],
  ['after all time', 1e300],
] as const)
  test(`a node whose clock is ${what} brings its job to the end`, async () => {
    await using world = await openJobWorld();
    const jobId = await world.submitOne();
    const job = await world.matchOne();
    for (const status of ['Running', 'Completing', 'Done'] as const) {
      world.clock.advanceS(5);
      await world.report(job, { atMs: world.clock.nowMs() + offMs, status });
    }
    assert.equal(await statusOf(world, jobId), 'Done');
    const { attributes } = await world.monitoring.job(aUser(), jobId);
    assert.equal(attributes['LastUpdateTime'], new Date(world.clock.nowMs()).toISOString());
  });

for (const [what, jumpMs] of [
  ['back by an hour', -3_600_000],
  ['back by ten years', -10 * yearMs],
] as const)
  test(`a clock that jumps ${what} while the job runs does not keep it from its end`, async () => {
    await using world = await openJobWorld();
    const job = await running(world);
    world.clock.advanceS(60);
    const [accepted] = await world.stateUpdate.report(pilot, [
      { ...job, atMs: world.clock.nowMs() + jumpMs, status: 'Done', minorStatus: 'Execution Complete' },
    ]);
    assert.equal(accepted?.ok, true);
    assert.equal(await statusOf(world, job.jobId), 'Done');
  });

test('reports in any order, doubled and with any clock never take a job back from its end', async () => {
  const report = fc.record({
    status: fc.constantFrom('Running', 'Completing', 'Done', 'Failed', undefined),
    offMs: fc.constantFrom(-30 * yearMs, -1000, 0, 1000, 70 * yearMs),
    times: fc.integer({ min: 1, max: 2 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(report, { maxLength: 8 }), async (reports) => {
      await using world = await openJobWorld();
      const { jobId } = await running(world);
      let ended: unknown;
      for (const { status, offMs, times } of reports) {
        const one: JobReport = {
          jobId,
          attempt: 1,
          atMs: world.clock.nowMs() + offMs,
          minorStatus: 'x',
          status,
        };
        await world.stateUpdate.report(
          pilot,
          Array.from({ length: times }, () => one),
        );
        const now = await statusOf(world, jobId);
        if (ended !== undefined) assert.equal(now, ended);
        if (now === 'Done' || now === 'Failed') ended = now;
      }
    }),
    { numRuns: Number(process.env['WM_PROPERTY_RUNS'] ?? 15) },
  );
});

test('an attempt that never started does not count as a rescheduling, within a limit of its own', async () => {
  await using world = await openJobWorld({
    configuration: aConfiguration({ lifeCycle: { maxShallowResubmissions: 2 } }),
  });
  const jobId = await world.submitOne();
  const shallow = async () => {
    await world.matchOne();
    await world.database.write(() => world.lostJobs.pilotEnded(pilot.stamp, 'The node went away'));
  };
  await shallow();
  await shallow();
  const { attributes, attempt } = await world.monitoring.job(aUser(), jobId);
  assert.deepEqual([attributes['Status'], attributes['RescheduleCounter'], attempt], ['Waiting', 0, 3]);
  const job = await world.matchOne();
  await world.report(job, { status: 'Running' });
  await world.database.write(() => world.lostJobs.pilotEnded(pilot.stamp, 'The node went away'));
  assert.equal((await world.monitoring.job(aUser(), jobId)).attributes['RescheduleCounter'], 1);
  await shallow();
  assert.equal(await statusOf(world, jobId), 'Failed');
});
