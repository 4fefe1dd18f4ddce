/** Operations on all that match, while bulks are still being made. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rows } from '../../db/database.ts';
import { aConfiguration, aUser } from '../../testing/builders.ts';
import { openJobWorld, type JobWorld } from '../../testing/job-world.ts';
import type { JobAction } from '../../use-cases.ts';
import type { SearchCondition } from '../job-search.ts';

const bob = aUser({ userName: 'bob' });
const sweep = (count: number): string =>
  `Executable = "/bin/true"; Arguments = "%s"; JobName = "sweep_%n"; Parameters = ${count};`;
const is = (parameter: string, value: string): SearchCondition => ({ parameter, operator: 'eq', value });

const statesOf = async (world: JobWorld): Promise<Readonly<Record<string, number>>> => {
  const found = await world.database.read(() =>
    rows<{ status: string; jobs: number }>('select status, count(*) as jobs from jobs group by status'),
  );
  return Object.fromEntries(found.map(({ jobs, status }) => [status, jobs]));
};

async function operate(world: JobWorld, action: JobAction, search: readonly SearchCondition[] = []) {
  const preview = await world.operations.preview(aUser(), action, search);
  const { operationId, total } = await world.operations.start(aUser(), preview.token);
  await world.operationsAgent.runOnce();
  const { done, state } = await world.operations.get(aUser(), operationId);
  return { unmade: preview.unmade, total, done, state };
}

test('all that match are also those still to be made: none of them runs afterwards', async () => {
  await using world = await openJobWorld();
  const jobId = await world.submitOne();
  await world.bulks.submit(aUser(), { jdls: [sweep(700)] });
  const preview = await world.operations.preview(aUser(), 'kill', []);
  assert.deepEqual([preview.total, preview.unmade], [1, 700]);
  assert.deepEqual(await statesOf(world), { Waiting: 1 }, 'a preview makes nothing');
  assert.deepEqual(await operate(world, 'kill'), { unmade: 700, total: 701, done: 701, state: 'Done' });
  await world.bulkExpansion.drain();
  assert.deepEqual(await statesOf(world), { Killed: 701 });
  assert.equal((await world.monitoring.job(aUser(), jobId)).attributes['Status'], 'Killed');
});

test('jobs made before come first, and an undo brings back all', async () => {
  await using world = await openJobWorld({ parts: { sliceSize: 300 } });
  const { firstJobId } = await world.bulks.submit(aUser(), { jdls: [sweep(600)] });
  await world.monitoring.job(aUser(), firstJobId + 599);
  const { token, total, unmade } = await world.operations.preview(aUser(), 'kill', []);
  assert.deepEqual([total, unmade], [88, 512]);
  const { operationId } = await world.operations.start(aUser(), token);
  await world.operationsAgent.runOnce();
  assert.deepEqual(await statesOf(world), { Killed: 600 });
  await world.operations.undo(aUser(), operationId);
  await world.operationsAgent.runOnce();
  assert.deepEqual(await statesOf(world), { Waiting: 600 });
});

test('every job is made once and has its turn once while its bulk is being made beside the operation', async () => {
  await using world = await openJobWorld();
  await world.bulks.submit(aUser(), { jdls: [sweep(5000)] });
  const { token } = await world.operations.preview(aUser(), 'kill', []);
  const { operationId } = await world.operations.start(aUser(), token);
  await Promise.all([world.operationsAgent.runOnce(), world.bulkExpansion.drain()]);
  assert.equal((await world.operations.get(aUser(), operationId)).done, 5000);
  assert.deepEqual(await statesOf(world), { Killed: 5000 });
});

test('what an unmade job will be decides when it is made', async () => {
  await using world = await openJobWorld();
  await world.bulks.submit(aUser(), { jdls: [sweep(300)] });
  const named = [{ parameter: 'JobName', operator: 'like', value: 'sweep_1__' } as const];
  assert.deepEqual(await operate(world, 'kill', named), {
    unmade: 300,
    total: 300,
    done: 100,
    state: 'Done',
  });
  assert.deepEqual(await statesOf(world), { Killed: 100, Waiting: 200 });
});

test('nothing is made for a search that unmade jobs cannot match, or for who may not act on them', async () => {
  await using world = await openJobWorld({ configuration: aConfiguration({ jobVisibility: 'vo' }) });
  await world.bulks.submit(aUser(), { jdls: [sweep(300)] });
  await world.bulks.submit(bob, { jdls: [sweep(300)] });
  await world.bulks.submit(aUser({ vo: 'fermilab', group: 'fermilab_user' }), { jdls: [sweep(300)] });
  const unmade = async (action: JobAction, ...search: readonly SearchCondition[]) =>
    (await world.operations.preview(aUser(), action, search)).unmade;
  assert.equal(await unmade('kill'), 300);
  assert.equal(await unmade('kill', is('Status', 'Waiting'), is('Owner', 'ada')), 300);
  assert.equal(await unmade('kill', is('Status', 'Failed')), 0);
  assert.equal(await unmade('kill', is('Owner', 'bob')), 0);
  assert.equal(await unmade('kill', is('SubmissionTime', '2001')), 0);
  assert.equal(await unmade('kill', is('PilotStamp', '0'.repeat(32))), 0);
  assert.equal(await unmade('remove'), 0);
  assert.deepEqual(await operate(world, 'kill', [is('Status', 'Failed')]), {
    unmade: 0,
    total: 0,
    done: 0,
    state: 'Done',
  });
  assert.deepEqual(await statesOf(world), {});
});

test('named jobs have their own slice made, not their bulk', async () => {
  await using world = await openJobWorld();
  const { firstJobId } = await world.bulks.submit(aUser(), { jdls: [sweep(1000)] });
  const one = [{ parameter: 'JobID', operator: 'eq', value: firstJobId + 3 } as const];
  assert.deepEqual(await operate(world, 'kill', one), { unmade: 0, total: 1, done: 1, state: 'Done' });
  assert.deepEqual(await statesOf(world), { Killed: 1, Waiting: 255 });
});

test('bulks submitted after the preview, waiting for confirmation, or abandoned are left alone', async () => {
  await using world = await openJobWorld();
  await world.bulks.submit(aUser(), { jdls: [sweep(300)], confirm: true });
  const abandoned = await world.bulks.submit(aUser(), { jdls: [sweep(300)] });
  const { token, unmade } = await world.operations.preview(aUser(), 'kill', []);
  assert.equal(unmade, 300);
  await world.bulks.submit(aUser(), { jdls: [sweep(300)] });
  await world.bulks.abandon(aUser(), abandoned.bulkId);
  const { operationId } = await world.operations.start(aUser(), token);
  await world.operationsAgent.runOnce();
  assert.deepEqual((await world.operations.get(aUser(), operationId)).state, 'Done');
  assert.deepEqual(await statesOf(world), {});
  await world.bulkExpansion.drain();
  assert.deepEqual(await statesOf(world), { Waiting: 300 });
});

test('a bulk that cannot be made keeps its operation waiting, and nobody else', async () => {
  await using world = await openJobWorld();
  const { bulkId } = await world.bulks.submit(aUser(), { jdls: [sweep(300)] });
  const first = await world.operations.preview(aUser(), 'kill', []);
  const { operationId } = await world.operations.start(aUser(), first.token);
  // As if a later version could not read what an earlier one had stored.
  await world.database.write(() =>
    rows(`update bulks set digest = 'other', jdls = '[]' where bulk_id = $1`, [bulkId]),
  );
  const jobId = await world.submitOne(undefined, bob);
  const second = await world.operations.preview(bob, 'kill', []);
  await world.operations.start(bob, second.token);
  await world.operationsAgent.runOnce();
  assert.equal((await world.operations.get(aUser(), operationId)).state, 'Running');
  assert.equal((await world.monitoring.job(bob, jobId)).attributes['Status'], 'Killed');
  assert.equal((await world.operations.cancel(aUser(), operationId)).state, 'Cancelled');
  const sound = await world.bulks.submit(bob, { jdls: [sweep(300)] });
  await world.bulkExpansion.drain();
  assert.equal((await world.bulks.bulk(bob, sound.bulkId)).expanded, 300);
});
