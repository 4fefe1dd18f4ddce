import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nothing } from '../db/database.ts';
import { silentLogger } from '../kernel/logger.ts';
import { aConfiguration, aPilot, aUser, configurationHolder } from '../testing/builders.ts';
import { openJobWorld, type JobWorld } from '../testing/job-world.ts';
import { createJobCleaningAgent } from './job-cleaning.agent.ts';
import type { JobStatus } from './job-status.ts';
import { findJob } from './job.store.ts';
import { createStalledJobsAgent } from './stalled-jobs.agent.ts';

const partsOf = (world: JobWorld) => ({
  database: world.database,
  clock: world.clock,
  log: silentLogger,
  configuration: configurationHolder(),
  moves: world.moves,
  lostJobs: world.lostJobs,
  rescheduling: world.rescheduling,
  eraseJob: world.eraseJob,
  listeningSinceMs: () => 0,
  unassignBulkSandboxes: () => nothing(undefined),
});

const attributesOf = async (world: JobWorld, jobId: number) => {
  const { attributes } = await world.monitoring.job(aUser(), jobId);
  return `${String(attributes['Status'])}/${String(attributes['MinorStatus'])}`;
};

test('a silent job is Stalled, runs again with its next heartbeat, and is given up when silent for long', async () => {
  await using world = await openJobWorld();
  const agent = createStalledJobsAgent(partsOf(world));
  const jobId = await world.submitOne();
  const job = await world.matchOne();
  await world.report(job, { status: 'Running', minorStatus: 'Application' });
  world.clock.advanceS(299);
  await agent.runOnce();
  assert.equal(await attributesOf(world, jobId), 'Running/Application');
  world.clock.advanceS(2);
  await agent.runOnce();
  assert.equal(await attributesOf(world, jobId), 'Stalled/Application');
  await world.stateUpdate.heartbeat(aPilot(), [{ jobId, attempt: 1, atMs: 0 }], []);
  assert.equal(await attributesOf(world, jobId), 'Running/Application');
  world.clock.advanceS(901);
  await agent.runOnce();
  await agent.runOnce();
  assert.equal(await attributesOf(world, jobId), 'Waiting/Pilot Agent Submission');
});

test('a job lost too often fails with the reason', async () => {
  await using world = await openJobWorld();
  const agent = createStalledJobsAgent(partsOf(world));
  const jobId = await world.submitOne();
  for (let attempt = 1; attempt <= 4; attempt++) {
    const job = await world.matchOne();
    await world.report(job, { status: 'Running' });
    world.clock.advanceS(901);
    await agent.runOnce();
    await agent.runOnce();
  }
  assert.equal(await attributesOf(world, jobId), 'Failed/Stalling for more than 900 sec');
});

test('a matched job that never starts goes to another pilot', async () => {
  await using world = await openJobWorld();
  const agent = createStalledJobsAgent(partsOf(world));
  const jobId = await world.submitOne();
  await world.matchOne();
  world.clock.advanceS(301);
  await agent.runOnce();
  assert.equal(await attributesOf(world, jobId), 'Waiting/Pilot Agent Submission');
});

/** As a fault or an older release left it. */
const leftAs = (world: JobWorld, jobId: number, status: JobStatus) =>
  world.database.write(function* () {
    const job = yield* findJob(jobId);
    if (!job) throw new Error(`there is no job ${jobId}`);
    const nowMs = world.clock.nowMs();
    yield* world.moves.move(job, [{ status, atMs: nowMs, source: 'test' }], { nowMs, force: true });
  });

for (const status of [
  'Received',
  'Checking',
  'Scouting',
  'Staging',
  'Rescheduled',
  'Matched',
  'Stalled',
] as const)
  test(`a job that was left as ${status} and that nobody has comes back to its queue`, async () => {
    await using world = await openJobWorld();
    const agent = createStalledJobsAgent(partsOf(world));
    const jobId = await world.submitOne();
    await leftAs(world, jobId, status);
    world.clock.advanceS(901);
    await agent.runOnce();
    assert.equal(await attributesOf(world, jobId), 'Waiting/Pilot Agent Submission');
    assert.equal((await world.matchOne()).attempt, 2);
  });

test('jobs with which nothing can be done do not keep the others from being looked at', async () => {
  await using world = await openJobWorld();
  const jobIds = await Promise.all(Array.from({ length: 501 }, () => world.submitOne()));
  const last = Math.max(...jobIds);
  for (const jobId of jobIds) await leftAs(world, jobId, 'Matched');
  const agent = createStalledJobsAgent({
    ...partsOf(world),
    lostJobs: {
      ...world.lostJobs,
      *giveUp(held, why) {
        if (held.jobId % 2 === 0) return false;
        if (held.jobId !== last) throw new Error('this one is broken');
        return yield* world.lostJobs.giveUp(held, why);
      },
    },
  });
  world.clock.advanceS(301);
  await agent.runOnce();
  assert.equal(await attributesOf(world, last), 'Waiting/Pilot Agent Submission');
  assert.equal(await attributesOf(world, last - 1), 'Matched/Pilot Agent Submission');
});

test('a bulk goes with the last of its jobs, and its sandboxes with it', async () => {
  await using world = await openJobWorld();
  const unassigned: number[] = [];
  const agent = createJobCleaningAgent({
    ...partsOf(world),
    unassignBulkSandboxes: (bulkId) => nothing(void unassigned.push(bulkId)),
  });
  const jdls = ['Executable = "/bin/x"; Arguments = "%s"; Parameters = 3;'];
  const { bulkId, firstJobId } = await world.bulks.submit(aUser(), { jdls });
  await world.bulkExpansion.drain();
  await world.jobs.act(aUser(), 'delete', [firstJobId, firstJobId + 1]);
  world.clock.advanceS(60 * 86_400);
  await agent.runOnce();
  assert.equal((await world.bulks.bulk(aUser(), bulkId)).expanded, 3, 'one of its jobs is left');
  await world.jobs.act(aUser(), 'delete', [firstJobId + 2]);
  world.clock.advanceS(2 * 86_400);
  await agent.runOnce();
  assert.deepEqual(unassigned, [bulkId]);
  await assert.rejects(world.bulks.bulk(aUser(), bulkId), { code: 'not-found' });
});

test('ended jobs become Deleted after their time, and are erased with everything that was theirs', async () => {
  const unassigned: number[] = [];
  await using world = await openJobWorld({
    parts: { unassignSandboxes: (jobId) => nothing(void unassigned.push(jobId)) },
  });
  const agent = createJobCleaningAgent(partsOf(world));
  const jobId = await world.submitOne();
  const job = await world.matchOne();
  await world.report(job, { status: 'Running', parameters: { HostName: 'node7' } });
  await world.report(job, { status: 'Done', minorStatus: 'Execution Complete' });
  world.clock.advanceS(29 * 86_400);
  await agent.runOnce();
  assert.equal(await attributesOf(world, jobId), 'Done/Execution Complete');
  world.clock.advanceS(2 * 86_400);
  await agent.runOnce();
  assert.equal(await attributesOf(world, jobId), 'Deleted/Checking accounting');
  world.clock.advanceS(2 * 86_400);
  await agent.runOnce();
  await assert.rejects(world.monitoring.job(aUser(), jobId), { code: 'job.not-found' });
  assert.deepEqual(unassigned, [jobId]);
  assert.deepEqual(await world.monitoring.summary(aUser(), ['Status'], []), []);
});

test('only silence that the server could have heard counts: after its own absence nobody is given up', async () => {
  await using world = await openJobWorld();
  let sinceMs = 0;
  const agent = createStalledJobsAgent({ ...partsOf(world), listeningSinceMs: () => sinceMs });
  const running = await world.submitOne();
  const job = await world.matchOne();
  await world.report(job, { status: 'Running', minorStatus: 'Application' });
  const matched = await world.submitOne();
  await world.matchOne();
  world.clock.advanceS(3600);
  sinceMs = world.clock.nowMs();
  await agent.runOnce();
  assert.equal(await attributesOf(world, running), 'Running/Application');
  assert.equal(await attributesOf(world, matched), 'Matched/Assigned');
  world.clock.advanceS(200);
  await world.stateUpdate.heartbeat(aPilot(), [{ jobId: running, attempt: 1, atMs: 0 }], []);
  world.clock.advanceS(101);
  await agent.runOnce();
  assert.equal(await attributesOf(world, running), 'Running/Application');
  assert.equal(await attributesOf(world, matched), 'Waiting/Pilot Agent Submission');
  world.clock.advanceS(301);
  await agent.runOnce();
  assert.equal(await attributesOf(world, running), 'Stalled/Application');
});

test('a pilot that comes back late finds its job with another one and changes nothing', async () => {
  await using world = await openJobWorld();
  const agent = createStalledJobsAgent(partsOf(world));
  const jobId = await world.submitOne();
  const job = await world.matchOne();
  await world.report(job, { status: 'Running' });
  world.clock.advanceS(901);
  await agent.runOnce();
  await agent.runOnce();
  const other = aPilot({ stamp: 'b'.repeat(32) });
  const second = await world.matchOne(other);
  await world.report(second, { status: 'Running', minorStatus: 'Application' }, other);
  const late = await world.stateUpdate.heartbeat(aPilot(), [{ jobId, attempt: 1, atMs: 0 }], []);
  assert.deepEqual([late.refused[0]?.code, late.commands[0]?.command], ['job.stale-attempt', 'Kill']);
  assert.equal(await attributesOf(world, jobId), 'Running/Application');
});

test('days are kept by status, VO and job type, the first entry that names the status first', async () => {
  const retention = [
    { vo: 'biomed', jobType: 'Test', doneDays: 1 },
    { jobType: 'Test', doneDays: 100, completedDays: 2 },
    { vo: 'biomed', doneDays: 60 },
  ];
  const configuration = configurationHolder(
    aConfiguration({ lifeCycle: { keepDoneDays: 10, keepCompletedDays: 10, retention } }),
  );
  await using world = await openJobWorld();
  const agent = createJobCleaningAgent({ ...partsOf(world), configuration });
  const fermilab = aUser({ vo: 'fermilab', group: 'fermilab_user' });
  const end = async (jobType: string, status: 'Done' | 'Completed', user = aUser()) => {
    const pilot = aPilot({ vo: user.vo });
    const jobId = await world.submitOne(`Executable = "a"; JobType = "${jobType}";`, user);
    const job = await world.matchOne(pilot);
    await world.report(job, { status: 'Running' }, pilot);
    await world.report(job, { status: 'Completing' }, pilot);
    await world.report(job, { status }, pilot);
    return { jobId, user };
  };
  const jobs = {
    test: await end('Test', 'Done'),
    testCompleted: await end('Test', 'Completed'),
    user: await end('User', 'Done'),
    foreignTest: await end('Test', 'Done', fermilab),
    foreign: await end('User', 'Done', fermilab),
  };
  const gone: Record<string, number> = {};
  for (let day = 1; day <= 101; day++) {
    world.clock.advanceS(86_400 + 1);
    await agent.runOnce();
    for (const [name, { jobId, user }] of Object.entries(jobs)) {
      if (name in gone) continue;
      const found = await world.monitoring.job(user, jobId);
      if (found.attributes['Status'] === 'Deleted') gone[name] = day;
    }
  }
  assert.deepEqual(gone, { test: 1, testCompleted: 2, foreign: 10, user: 60, foreignTest: 100 });
});

test('a job that an undo may bring back, or an operation is to act on, is not cleaned', async () => {
  const lifeCycle = { keepDeletedDays: 0, keepDoneDays: 1, undoWindowS: 3600 };
  const configuration = aConfiguration({ lifeCycle });
  await using world = await openJobWorld({ configuration, parts: { sliceSize: 1 } });
  const agent = createJobCleaningAgent({
    ...partsOf(world),
    configuration: configurationHolder(configuration),
  });
  const deleted = await world.submitOne();
  const { operation } = await world.operations.act(aUser(), 'delete', [deleted]);
  const done = await world.submitOne();
  const job = await world.matchOne();
  await world.report(job, { status: 'Running' });
  await world.report(job, { status: 'Done' });
  world.clock.advanceS(3000);
  await agent.runOnce();
  await world.operations.undo(aUser(), operation?.operationId ?? 0);
  await world.operationsAgent.runOnce();
  assert.equal(await attributesOf(world, deleted), 'Waiting/Pilot Agent Submission');
  const { token } = await world.operations.preview(aUser(), 'reschedule', []);
  const { operationId } = await world.operations.start(aUser(), token);
  await world.runSlice(operationId);
  world.clock.advanceS(2 * 86_400);
  await agent.runOnce();
  assert.match(await attributesOf(world, done), /^Done/);
  await world.operationsAgent.runOnce();
  await agent.runOnce();
  assert.match(await attributesOf(world, done), /^Deleted/);
  world.clock.advanceS(8 * 86_400);
  await agent.runOnce();
  await assert.rejects(world.operations.get(aUser(), operationId), { code: 'not-found' });
});
