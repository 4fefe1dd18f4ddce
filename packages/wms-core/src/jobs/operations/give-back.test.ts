/** What an undo must look at beside the job itself: its bulk, and who chose the sites it may run at. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anOffer, aPilot, aUser } from '../../testing/builders.ts';
import { openJobWorld, type JobWorld } from '../../testing/job-world.ts';
import type { JobAction, JobVerdict } from '../../use-cases.ts';

const sweep = 'Executable = "/bin/true"; Arguments = "%s"; Parameters = 3;';

/** Acts on one job, lets something happen, takes the action back. */
async function undoAfter(
  world: JobWorld,
  action: JobAction,
  jobId: number,
  meanwhile: () => Promise<unknown> = async () => {},
): Promise<JobVerdict | undefined> {
  const { operation } = await world.operations.act(aUser(), action, [jobId]);
  await meanwhile();
  const undo = await world.operations.undo(aUser(), operation?.operationId ?? 0);
  await world.operationsAgent.runOnce();
  const [verdict] = await world.operations.verdicts(aUser(), undo.operationId, { afterJobId: 0, limit: 1 });
  return verdict;
}

const statusOf = async (world: JobWorld, jobId: number) => {
  const { attributes } = await world.monitoring.job(aUser(), jobId);
  return `${String(attributes['Status'])}/${String(attributes['MinorStatus'])}`;
};

test('a job whose bulk was abandoned meanwhile is not taken back, and the verdict says why', async () => {
  await using world = await openJobWorld();
  const { bulkId, firstJobId } = await world.bulks.submit(aUser(), { jdls: [sweep] });
  const verdict = await undoAfter(world, 'kill', firstJobId, async () => {
    await world.bulks.abandon(aUser(), bulkId);
    await world.bulkExpansion.drain();
  });
  assert.deepEqual(
    [verdict?.ok, verdict?.code, verdict?.status, verdict?.message],
    [
      false,
      'conflict',
      'Killed',
      `Its bulk submission ${bulkId} was abandoned: nothing of it starts any more.`,
    ],
  );
  assert.equal((await world.matcher.match(aPilot(), anOffer(), 0)).kind, 'noMatch');
});

test('a job that had ended comes back from its deletion although its bulk was abandoned', async () => {
  await using world = await openJobWorld();
  const { bulkId, firstJobId } = await world.bulks.submit(aUser(), { jdls: [sweep] });
  await world.bulkExpansion.drain();
  const job = await world.matchOne();
  await world.report(job, { status: 'Running' });
  await world.report(job, { status: 'Done', minorStatus: 'Execution Complete' });
  const verdict = await undoAfter(world, 'delete', firstJobId, () => world.bulks.abandon(aUser(), bulkId));
  assert.deepEqual([verdict?.ok, verdict?.message], [true, 'Done again.']);
});

const withInputData = 'Executable = "/bin/true"; InputData = {"/biomed/there"};';
const other = aPilot({ site: 'EGI.Other.org' });

/** Every file is at one site. */
const dataAt = (site: string) => ({
  inputDataSites: async (_owner: unknown, lfns: readonly string[]) =>
    new Map(lfns.map((lfn) => [lfn, [site]])),
});

test('a waiting job goes again where its input data are, not everywhere', async () => {
  await using world = await openJobWorld({ parts: { optimizerPorts: dataAt('EGI.Other.org') } });
  const jobId = await world.submitOne(withInputData);
  await world.optimizerAgent.runOnce();
  const verdict = await undoAfter(world, 'kill', jobId);
  assert.deepEqual([verdict?.ok, verdict?.message], [true, 'On its way back to the queue.']);
  assert.equal(await statusOf(world, jobId), 'Checking/InputData');
  await world.optimizerAgent.runOnce();
  assert.equal(await statusOf(world, jobId), 'Waiting/Pilot Agent Submission');
  assert.equal((await world.matcher.match(aPilot(), anOffer(), 0)).kind, 'noMatch');
  assert.equal((await world.matchOne(other)).jobId, jobId);
});

test('who looks for the data is called at once for what comes back', async () => {
  await using world = await openJobWorld({ parts: { optimizerPorts: dataAt('EGI.Other.org') } });
  const jobId = await world.submitOne(withInputData);
  assert.equal(await statusOf(world, jobId), 'Checking/InputData');
  const { operation } = await world.operations.act(aUser(), 'kill', [jobId]);
  world.optimizerAgent.start();
  await world.optimizerAgent.runOnce();
  const matched = world.matcher.match(other, anOffer(), 5000);
  await world.operations.undo(aUser(), operation?.operationId ?? 0);
  await world.operationsAgent.runOnce();
  assert.equal((await matched).kind, 'match');
  await world.optimizerAgent.stop();
});
