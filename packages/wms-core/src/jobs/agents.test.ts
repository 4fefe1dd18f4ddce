import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nothing } from '../db/database.ts';
import { silentLogger } from '../kernel/logger.ts';
import { aPilot, aUser, configurationHolder } from '../testing/builders.ts';
import { openJobWorld, type JobWorld } from '../testing/job-world.ts';
import { createJobCleaningAgent } from './job-cleaning.agent.ts';
import { createStalledJobsAgent } from './stalled-jobs.agent.ts';

const partsOf = (world: JobWorld) => ({
  database: world.database,
  clock: world.clock,
  log: silentLogger,
  configuration: configurationHolder(),
  moves: world.moves,
  lostJobs: world.lostJobs,
  rescheduling: world.rescheduling,
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

test('a bulk goes with the last of its jobs, and its sandboxes with it', async () => {
  await using world = await openJobWorld();
  const unassigned: number[] = [];
  const agent = createJobCleaningAgent({
    ...partsOf(world),
    unassignSandboxes: () => nothing(undefined),
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
  await using world = await openJobWorld();
  const unassigned: number[] = [];
  const agent = createJobCleaningAgent({
    ...partsOf(world),
    unassignSandboxes: (jobId) => nothing(void unassigned.push(jobId)),
    unassignBulkSandboxes: () => nothing(undefined),
  });
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
