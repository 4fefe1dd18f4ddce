/** Every attempt that ends leaves one record, in the transaction in which it ends, whatever nodes and clients do. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nothing, rows } from '../db/database.ts';
import { silentLogger } from '../kernel/logger.ts';
import { WmsError } from '../kernel/wms-error.ts';
import { createJobCleaningAgent } from '../jobs/job-cleaning.agent.ts';
import { createStalledJobsAgent } from '../jobs/stalled-jobs.agent.ts';
import { checkAccounting, checkBuckets } from '../testing/accounting-check.ts';
import { anOffer, aPilot, aUser, configurationHolder } from '../testing/builders.ts';
import { openJobWorld, type JobWorld } from '../testing/job-world.ts';

interface Recorded {
  readonly attempt: number;
  readonly site: string;
  readonly status: string;
  readonly minorStatus: string;
  readonly cpuTimeMs: number;
  readonly execTimeMs: number;
  readonly lengthMs: number;
}

const recordsOf = (world: JobWorld, jobId: number): Promise<readonly Recorded[]> =>
  world.database.read(() =>
    rows<Recorded>(
      `select attempt, site, final_major_status as status, final_minor_status as "minorStatus",
         cpu_time_ms as "cpuTimeMs", exec_time_ms as "execTimeMs", end_at_ms - start_at_ms as "lengthMs"
       from accounting_job_records r join accounting_job_keys k on k.key_id = r.key_id
       where job_id = $1 order by attempt`,
      [jobId],
    ),
  );

const accountedFlag = async (world: JobWorld, jobId: number): Promise<unknown> =>
  (await world.monitoring.job(aUser(), jobId)).attributes['AccountedFlag'];

test('a job that is done leaves what its node told: CPU, wall time of all processors, site and words', async () => {
  await using world = await openJobWorld();
  const jobId = await world.submitOne('[ Executable = "/bin/true"; NumberOfProcessors = 4; ]');
  const job = await world.matchOne();
  await world.report(job, { status: 'Running', minorStatus: 'Application' });
  assert.equal(await accountedFlag(world, jobId), 'False');
  world.clock.advanceS(1000);
  await world.report(job, {
    status: 'Completing',
    parameters: { 'TotalCPUTime(s)': '3600.5', 'WallClockTime(s)': '990' },
  });
  await world.report(job, { status: 'Done', minorStatus: 'Execution Complete' });
  assert.deepEqual(await recordsOf(world, jobId), [
    {
      attempt: 1,
      site: 'EGI.Demo.org',
      status: 'Done',
      minorStatus: 'Execution Complete',
      cpuTimeMs: 3_600_500,
      execTimeMs: 4 * 990_000,
      lengthMs: 1_000_000,
    },
  ]);
  assert.equal(await accountedFlag(world, jobId), 'True');
  await checkAccounting(world.database);
});

test('without last words the heartbeats count, and the clock of the server', async () => {
  await using world = await openJobWorld();
  const jobId = await world.submitOne();
  const job = await world.matchOne();
  await world.report(job, { status: 'Running' });
  world.clock.advanceS(60);
  const beat = { jobId, attempt: 1, atMs: world.clock.nowMs(), metrics: { CPUConsumed: 55.25 } };
  await world.stateUpdate.heartbeat(aPilot(), [beat], []);
  world.clock.advanceS(40);
  await world.jobs.act(aUser(), 'kill', [jobId]);
  const [record] = await recordsOf(world, jobId);
  assert.deepEqual([record?.status, record?.cpuTimeMs, record?.execTimeMs], ['Killed', 55_250, 100_000]);
});

test('a job killed before it started consumed nothing', async () => {
  await using world = await openJobWorld();
  const jobId = await world.submitOne();
  world.clock.advanceS(500);
  await world.jobs.act(aUser(), 'kill', [jobId]);
  const [record, ...more] = await recordsOf(world, jobId);
  assert.deepEqual(more, []);
  assert.deepEqual(
    [record?.status, record?.site, record?.cpuTimeMs, record?.execTimeMs, record?.lengthMs],
    ['Killed', 'ANY', 0, 0, 0],
  );
});

const stalledJobs = (world: JobWorld) =>
  createStalledJobsAgent({
    ...world,
    log: silentLogger,
    configuration: configurationHolder(),
    listeningSinceMs: () => 0,
  });

test('a lost attempt counts to its last sign of life, and the next one starts from nothing', async () => {
  await using world = await openJobWorld();
  const agent = stalledJobs(world);
  const jobId = await world.submitOne();
  const first = await world.matchOne();
  await world.report(first, { status: 'Running', minorStatus: 'Application' });
  world.clock.advanceS(100);
  const beat = { jobId, attempt: 1, atMs: 1, metrics: { CPUConsumed: 90 } };
  await world.stateUpdate.heartbeat(aPilot(), [beat], []);
  world.clock.advanceS(901);
  await agent.runOnce();
  await agent.runOnce();
  assert.equal(await accountedFlag(world, jobId), 'False');
  const second = await world.matchOne(aPilot({ stamp: '2'.repeat(32) }));
  await world.report(second, { status: 'Running' }, aPilot({ stamp: '2'.repeat(32) }));
  world.clock.advanceS(7);
  await world.report(second, { status: 'Done' }, aPilot({ stamp: '2'.repeat(32) }));
  assert.deepEqual(
    (await recordsOf(world, jobId)).map(({ attempt, status, cpuTimeMs, execTimeMs }) => [
      attempt,
      status,
      cpuTimeMs,
      execTimeMs,
    ]),
    [
      [1, 'Rescheduled', 90_000, 100_000],
      [2, 'Done', 0, 7000],
    ],
  );
  await checkAccounting(world.database);
});

async function openStalledWorld() {
  const world = await openJobWorld();
  const agent = stalledJobs(world);
  const jobId = await world.submitOne();
  const job = await world.matchOne();
  await world.report(job, { status: 'Running' });
  world.clock.advanceS(60);
  const beat = { jobId, attempt: 1, atMs: world.clock.nowMs(), metrics: { CPUConsumed: 58 } };
  await world.stateUpdate.heartbeat(aPilot(), [beat], []);
  world.clock.advanceS(400);
  await agent.runOnce();
  world.clock.advanceS(300);
  assert.equal((await world.monitoring.job(aUser(), jobId)).attributes['Status'], 'Stalled');
  return { ...world, job, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

const parameters = { 'TotalCPUTime(s)': '750', 'WallClockTime(s)': '755' };

test('a stalled job whose node tells its end itself was not lost: all that it consumed counts', async () => {
  await using world = await openStalledWorld();
  await world.report(world.job, { status: 'Done', parameters });
  const [record] = await recordsOf(world, world.job.jobId);
  assert.deepEqual(
    [record?.status, record?.cpuTimeMs, record?.execTimeMs, record?.lengthMs],
    ['Done', 750_000, 755_000, 760_000],
  );
  await checkAccounting(world.database);
});

test('a stalled job that ended while its node could not be heard ended when its node says', async () => {
  await using world = await openStalledWorld();
  await world.report(world.job, { status: 'Failed', atMs: world.clock.nowMs() - 200_000 });
  const [record] = await recordsOf(world, world.job.jobId);
  assert.deepEqual([record?.status, record?.execTimeMs], ['Failed', 560_000]);
});

test('a stalled job that its owner ends counts to its last sign of life', async () => {
  await using world = await openStalledWorld();
  await world.jobs.act(aUser(), 'kill', [world.job.jobId]);
  const [record] = await recordsOf(world, world.job.jobId);
  assert.deepEqual([record?.status, record?.cpuTimeMs, record?.execTimeMs], ['Killed', 58_000, 60_000]);
});

test('a finished job that is rescheduled is accounted once for each attempt', async () => {
  await using world = await openJobWorld();
  const jobId = await world.submitOne();
  for (let attempt = 1; attempt <= 3; attempt++) {
    const job = await world.matchOne();
    await world.report(job, { status: 'Running' });
    await world.report(job, { status: 'Failed', minorStatus: 'Application Finished With Errors' });
    await world.jobs.act(aUser(), 'reschedule', [jobId]);
  }
  const records = await recordsOf(world, jobId);
  assert.deepEqual(
    records.map(({ attempt, status }) => [attempt, status]),
    [1, 2, 3].map((attempt) => [attempt, 'Failed']),
  );
  await checkAccounting(world.database);
});

test('repeated, late and stale reports change no record', async () => {
  await using world = await openJobWorld();
  const jobId = await world.submitOne();
  const job = await world.matchOne();
  await world.report(job, { status: 'Running' });
  world.clock.advanceS(10);
  const last = {
    jobId,
    attempt: 1,
    atMs: world.clock.nowMs(),
    status: 'Done',
    parameters: { 'TotalCPUTime(s)': '9' },
  } as const;
  await world.stateUpdate.report(aPilot(), [last, last, { ...last, atMs: last.atMs - 5000 }]);
  const before = await recordsOf(world, jobId);
  world.clock.advanceS(10);
  await world.stateUpdate.report(aPilot(), [
    last,
    { ...last, atMs: last.atMs + 1, parameters: { 'TotalCPUTime(s)': '5000' } },
    { ...last, attempt: 2 },
  ]);
  await world.jobs.act(aUser(), 'delete', [jobId]);
  assert.deepEqual(await recordsOf(world, jobId), before);
  assert.equal(before.length, 1);
  await checkAccounting(world.database);
});

test('numbers that cannot be never enter; the server’s own clock stands in', async () => {
  await using world = await openJobWorld();
  const jobId = await world.submitOne();
  const job = await world.matchOne();
  await world.report(job, { status: 'Running' });
  world.clock.advanceS(20);
  const parameters = { 'TotalCPUTime(s)': '-5', 'WallClockTime(s)': '33350400', 'NormCPUTime(s)': 'NaN' };
  await world.report(job, { status: 'Done', parameters });
  const [record] = await recordsOf(world, jobId);
  assert.deepEqual([record?.cpuTimeMs, record?.execTimeMs], [0, 20_000]);
});

test('no attempt runs longer than since a pilot took it, whatever its node says', async () => {
  await using world = await openJobWorld();
  const jobId = await world.submitOne();
  const job = await world.matchOne();
  world.clock.advanceS(300);
  await world.report(job, { status: 'Running', parameters: { 'WallClockTime(s)': '1000000' } });
  await world.report(job, { status: 'Done' });
  assert.equal((await recordsOf(world, jobId))[0]?.execTimeMs, 300_000);
});

test('what is rolled back is not accounted, and spoils nothing of what is committed beside it', async () => {
  const bad = 'SB:bad';
  await using world = await openJobWorld({
    parts: {
      // oxlint-disable-next-line require-yield -- it throws
      *assignOutputSandbox(_jobId, _attempt, pfn) {
        if (pfn === bad) throw new WmsError('sandbox.not-found', 'There is no such sandbox.');
        return 1234;
      },
    },
  });
  const jobs = [];
  for (let count = 0; count < 40; count++) {
    await world.submitOne();
    jobs.push(await world.matchOne());
  }
  for (const job of jobs) await world.report(job, { status: 'Running' });
  world.clock.advanceS(30);
  const verdicts = await world.stateUpdate.report(
    aPilot(),
    jobs.map(({ jobId, attempt }, index) => ({
      jobId,
      attempt,
      atMs: world.clock.nowMs(),
      status: 'Done',
      outputSandbox: index % 3 === 0 ? bad : 'SB:good',
    })),
  );
  assert.equal(verdicts.filter(({ ok }) => ok).length, 26);
  const [sum] = await world.database.read(() =>
    rows('select sum(entries) as n, sum(output_sandbox_bytes) as bytes from accounting_job_buckets'),
  );
  assert.deepEqual([Number(sum?.['n']), Number(sum?.['bytes'])], [26, 26 * 1234]);
  await checkAccounting(world.database);
});

test('a write that fails at the end leaves no trace in accounting', async () => {
  await using world = await openJobWorld();
  const jobId = await world.submitOne();
  await assert.rejects(
    world.database.write(function* () {
      yield* world.lostJobs.pilotEnded('nobody', 'nothing');
      const job = yield* rows<{ revision: number }>('select revision from jobs where job_id = $1', [jobId]);
      assert.equal(job.length, 1);
      throw new Error('power failure');
    }),
  );
  await Promise.allSettled([
    world.jobs.act(aUser(), 'kill', [jobId]),
    world.database.write(() => rows('insert into no_such_table values (1)')),
  ]);
  assert.equal((await recordsOf(world, jobId)).length, 1);
  await checkAccounting(world.database);
});

test('many jobs that end at once are all counted', async () => {
  await using world = await openJobWorld();
  const pilots = Array.from({ length: 50 }, (_, index) => aPilot({ stamp: String(index).padStart(32, '0') }));
  await Promise.all(
    pilots.map(async (pilot) => {
      const jobId = await world.submitOne();
      assert(jobId > 0);
      const answer = await world.matcher.match(pilot, anOffer(), 1000);
      assert(answer.kind === 'match');
      await world.report(answer.job, { status: 'Running' }, pilot);
      await world.report(answer.job, { status: 'Done', parameters: { 'TotalCPUTime(s)': '2' } }, pilot);
    }),
  );
  const [sum] = await world.database.read(() =>
    rows('select sum(entries) as n, sum(cpu_time_ms) as cpu from accounting_job_buckets'),
  );
  assert.deepEqual([Number(sum?.['n']), Number(sum?.['cpu'])], [50, 100_000]);
  await checkAccounting(world.database);
});

test('erasing a job leaves its accounting', async () => {
  await using world = await openJobWorld();
  const jobId = await world.submitOne();
  await world.jobs.act(aUser(), 'kill', [jobId]);
  const agent = createJobCleaningAgent({
    ...world,
    log: silentLogger,
    configuration: configurationHolder(),
    unassignBulkSandboxes: () => nothing(undefined),
  });
  for (const days of [31, 2]) {
    world.clock.advanceS(days * 86_400);
    await agent.runOnce();
  }
  await assert.rejects(world.monitoring.job(aUser(), jobId), { code: 'job.not-found' });
  assert.equal((await recordsOf(world, jobId)).length, 1);
  await checkBuckets(world.database);
});
