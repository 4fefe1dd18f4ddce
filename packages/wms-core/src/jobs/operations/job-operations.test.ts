import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createJobCore } from '../../job-core.ts';
import { rows } from '../../db/database.ts';
import { aConfiguration, aPilot, aUser } from '../../testing/builders.ts';
import { helloWorld, openJobWorld, type JobWorld } from '../../testing/job-world.ts';
import type { JobOperation } from '../../use-cases.ts';
import type { UserPrincipal } from '../../identity/principal.ts';

const bob = aUser({ userName: 'bob' });
const stranger = aUser({ vo: 'fermilab', group: 'fermilab_user' });
const administrator = aUser({ userName: 'root', group: 'biomed_admin', properties: ['JobAdministrator'] });

const attributesOf = async (world: JobWorld, jobId: number) =>
  (await world.monitoring.job(administrator, jobId)).attributes;
const statusOf = async (world: JobWorld, jobId: number) => (await attributesOf(world, jobId))['Status'];

const submit = async (world: JobWorld, count: number, user: UserPrincipal = aUser()) => {
  const jdl = `[ Executable = "/bin/true"; Parameters = ${count}; ]`;
  return (await world.jobs.submit(user, { jdls: [count === 1 ? helloWorld : jdl] })).map(
    ({ jobId }) => jobId,
  );
};

/** Previews, starts, runs to the end. */
async function operate(
  world: JobWorld,
  action: Parameters<JobWorld['operations']['preview']>[1],
  search: Parameters<JobWorld['operations']['preview']>[2] = [],
  user: UserPrincipal = aUser(),
): Promise<JobOperation> {
  const { token } = await world.operations.preview(user, action, search);
  const { operationId } = await world.operations.start(user, token);
  await world.operationsAgent.runOnce();
  return world.operations.get(user, operationId);
}

const everyVerdict = (world: JobWorld, operationId: number, user: UserPrincipal = aUser()) =>
  world.operations.verdicts(user, operationId, { afterJobId: 0, limit: 1000 });

/** Ids in the order in which a pilot would get them. */
const queue = async (world: JobWorld) =>
  (
    await world.database.read(() =>
      rows<{ id: number }>('select job_id as id from task_queue_jobs order by task_queue_id, rank, job_id'),
    )
  ).map(({ id }) => id);

test('a preview counts by status and verdict and changes nothing', async () => {
  await using world = await openJobWorld({ configuration: aConfiguration({ jobVisibility: 'vo' }) });
  const [first = 0] = await submit(world, 3);
  const job = await world.matchOne();
  await submit(world, 2, bob);
  await world.report(job, { status: 'Running' });
  await world.jobs.act(aUser(), 'kill', [first + 1]);
  const preview = await world.operations.preview(aUser(), 'kill', []);
  assert.deepEqual(
    preview.groups.map(({ status, jobs, allowed, reason }) => [status, jobs, allowed, reason ?? '']),
    [
      ['Waiting', 1, true, ''],
      ['Running', 1, true, ''],
      ['Waiting', 2, false, 'The job belongs to bob.'],
      ['Killed', 1, false, 'The job is Killed already.'],
    ],
  );
  assert.deepEqual([preview.total, preview.allowed, preview.running, preview.undoable], [5, 2, 1, 1]);
  assert.equal(await statusOf(world, first + 2), 'Waiting');
});

test('an operation acts on everything that matches, with a verdict for each job', async () => {
  await using world = await openJobWorld({ parts: { sliceSize: 3 } });
  const jobIds = await submit(world, 10);
  await world.jobs.act(aUser(), 'kill', [jobIds[4] ?? 0]);
  const operation = await operate(world, 'delete', [
    { parameter: 'Status', operator: 'in', values: ['Waiting', 'Killed'] },
  ]);
  assert.deepEqual([operation.state, operation.done, operation.refused], ['Done', 10, 0]);
  const verdicts = await everyVerdict(world, operation.operationId);
  assert.deepEqual(
    verdicts.map(({ jobId }) => jobId),
    jobIds,
  );
  assert.ok(verdicts.every(({ ok, status }) => ok && status === 'Deleted'));
  const page = await world.operations.verdicts(aUser(), operation.operationId, {
    afterJobId: jobIds[7] ?? 0,
    limit: 1,
  });
  assert.equal(page[0]?.jobId, jobIds[8]);
});

test('jobs submitted after the preview, and those that stopped to match, are left alone', async () => {
  await using world = await openJobWorld();
  const [first = 0] = await submit(world, 2);
  const { token } = await world.operations.preview(aUser(), 'kill', [
    { parameter: 'Status', operator: 'eq', value: 'Waiting' },
  ]);
  const job = await world.matchOne();
  const [young = 0] = await submit(world, 1);
  const { operationId } = await world.operations.start(aUser(), token);
  await world.operationsAgent.runOnce();
  assert.equal(await statusOf(world, job.jobId), 'Matched');
  assert.equal(await statusOf(world, young), 'Waiting');
  assert.deepEqual(
    (await everyVerdict(world, operationId)).map(({ jobId }) => jobId),
    [first + 1],
  );
});

test('the same token starts one operation, of its owner only, and only while it is fresh', async () => {
  await using world = await openJobWorld();
  await submit(world, 2);
  const { token } = await world.operations.preview(aUser(), 'kill', []);
  for (const other of [bob, stranger, aUser({ group: 'biomed_shared' })])
    await assert.rejects(world.operations.start(other, token), { code: 'not-found' });
  const [a, b] = await Promise.all([
    world.operations.start(aUser(), token),
    world.operations.start(aUser(), token),
  ]);
  assert.equal(a.operationId, b.operationId);
  const old = await world.operations.preview(aUser(), 'kill', []);
  world.clock.advanceS(601);
  await assert.rejects(world.operations.start(aUser(), old.token), { code: 'not-found' });
});

test('rights are asked when the job has its turn, not only at the preview', async () => {
  let properties: UserPrincipal['properties'] = ['NormalUser', 'JobSharing'];
  await using world = await openJobWorld({
    configuration: aConfiguration({ jobVisibility: 'vo' }),
    parts: { currentPrincipal: async (principal) => ({ ...principal, properties }) },
  });
  const [jobId = 0] = await submit(world, 1);
  const sharing = aUser({ userName: 'bob', properties });
  const { token, allowed } = await world.operations.preview(sharing, 'kill', []);
  assert.equal(allowed, 1);
  const { operationId } = await world.operations.start(sharing, token);
  properties = ['NormalUser'];
  await world.operationsAgent.runOnce();
  const [verdict] = await everyVerdict(world, operationId, sharing);
  assert.deepEqual([verdict?.ok, verdict?.code], [false, 'access.denied']);
  assert.equal(await statusOf(world, jobId), 'Waiting');
});

test('who left the group acts on nothing any more', async () => {
  await using world = await openJobWorld({ parts: { currentPrincipal: async () => undefined } });
  const [jobId = 0] = await submit(world, 1);
  const operation = await operate(world, 'kill');
  assert.deepEqual([operation.state, operation.done], ['Failed', 0]);
  assert.match(operation.reason ?? '', /not in the group/);
  assert.equal(await statusOf(world, jobId), 'Waiting');
});

test('an operation stays in its VO and is nobody else’s', async () => {
  await using world = await openJobWorld();
  const [foreign = 0] = await submit(world, 1, stranger);
  await submit(world, 1);
  const operation = await operate(world, 'kill', [], administrator);
  assert.equal(operation.total, 1);
  assert.equal((await world.monitoring.job(stranger, foreign)).attributes['Status'], 'Waiting');
  for (const other of [bob, stranger])
    for (const look of ['get', 'cancel', 'undo'] as const)
      await assert.rejects(world.operations[look](other, operation.operationId), { code: 'not-found' });
  await assert.rejects(everyVerdict(world, operation.operationId, bob), { code: 'not-found' });
  assert.deepEqual(await world.operations.list(bob), []);
});

test('a cancelled operation does no more', async () => {
  await using world = await openJobWorld({ parts: { sliceSize: 2 } });
  const jobIds = await submit(world, 6);
  const { token } = await world.operations.preview(aUser(), 'kill', []);
  const { operationId } = await world.operations.start(aUser(), token);
  await world.runSlice(operationId);
  const cancelled = await world.operations.cancel(aUser(), operationId);
  assert.deepEqual([cancelled.state, cancelled.done, cancelled.total], ['Cancelled', 2, 6]);
  await world.operationsAgent.runOnce();
  assert.deepEqual(await queue(world), jobIds.slice(2));
  assert.equal((await world.operations.cancel(aUser(), operationId)).state, 'Cancelled');
});

test('another process goes on exactly where a killed one was, and two at once do nothing twice', async () => {
  await using world = await openJobWorld({ parts: { sliceSize: 2 } });
  await submit(world, 9);
  const { token } = await world.operations.preview(aUser(), 'reschedule', []);
  const { operationId } = await world.operations.start(aUser(), token);
  await world.runSlice(operationId);
  const second = await createJobCore(world.parts);
  await Promise.all([second.operationsAgent.runOnce(), world.operationsAgent.runOnce()]);
  await second.operationsAgent.runOnce();
  const operation = await world.operations.get(aUser(), operationId);
  assert.deepEqual([operation.state, operation.done], ['Done', 9]);
  const counters = await world.database.read(() =>
    rows<{ n: number }>('select reschedule_counter as n from jobs'),
  );
  assert.ok(counters.every(({ n }) => n === 1));
});

test('a job that cannot be handled does not stop the others', async () => {
  await using world = await openJobWorld();
  const jobIds = await submit(world, 5);
  await world.database.write(() => rows('delete from job_descriptions where job_id = $1', [jobIds[2] ?? 0]));
  const operation = await operate(world, 'reschedule');
  assert.deepEqual([operation.state, operation.done, operation.refused], ['Done', 4, 1]);
  const verdicts = await everyVerdict(world, operation.operationId);
  assert.deepEqual(
    verdicts.filter(({ ok }) => !ok).map(({ jobId, code }) => [jobId, code]),
    [[jobIds[2], 'internal']],
  );
});

test('deleted and killed jobs come back as they were, waiting ones to their place in the queue', async () => {
  await using world = await openJobWorld({ parts: { sliceSize: 2 } });
  const jobIds = await submit(world, 5);
  const [urgent = 0] = (
    await world.jobs.submit(aUser(), { jdls: ['[ Executable = "/bin/true"; Priority = 5; ]'] })
  ).map(({ jobId }) => jobId);
  const done = await world.matchOne();
  await world.report(done, { status: 'Running' });
  await world.report(done, { status: 'Done', minorStatus: 'Execution Complete' });
  const before = await queue(world);
  const doneBefore = await attributesOf(world, done.jobId);
  world.clock.advanceS(10);
  const operation = await operate(world, 'delete');
  assert.equal(operation.undoable, 6);
  assert.deepEqual(await queue(world), []);
  await submit(world, 1);
  world.clock.advanceS(59);
  const undo = await world.operations.undo(aUser(), operation.operationId);
  await world.operationsAgent.runOnce();
  const undone = await world.operations.get(aUser(), undo.operationId);
  assert.deepEqual([undone.state, undone.done, undone.refused], ['Done', 6, 0]);
  assert.deepEqual(
    (await queue(world)).filter((id) => id <= urgent),
    before,
  );
  assert.deepEqual(await attributesOf(world, done.jobId), doneBefore);
  const log = await world.monitoring.logging(aUser(), jobIds[1] ?? 0);
  assert.deepEqual([log.at(-1)?.status, log.at(-1)?.source], ['Waiting', 'Undo']);
  const again = await world.matchOne();
  assert.equal(again.attempt, 2, 'the first attempt is accounted for');
  await world.report(again, { status: 'Running' });
  await world.report(again, { status: 'Done' });
  const records = await world.database.read(() =>
    rows<{ attempt: number }>(
      'select attempt from accounting_job_records where job_id = $1 order by attempt',
      [again.jobId],
    ),
  );
  assert.deepEqual(
    records.map(({ attempt }) => attempt),
    [1, 2],
  );
  await assert.rejects(world.operations.undo(aUser(), operation.operationId), { code: 'conflict' });
});

test('what was running, what changed meanwhile, and what is too late stays', async () => {
  await using world = await openJobWorld();
  const [first = 0, second = 0] = await submit(world, 3);
  const running = await world.matchOne();
  const killing = await world.operations.act(aUser(), 'kill', [first, second, first + 2]);
  assert.equal(running.jobId, first);
  assert.equal(killing.operation?.undoable, 2);
  await world.jobs.act(aUser(), 'reschedule', [second]);
  const operationId = killing.operation?.operationId ?? 0;
  const undo = await world.operations.undo(aUser(), operationId);
  await world.operationsAgent.runOnce();
  assert.deepEqual(
    (await everyVerdict(world, undo.operationId)).map(({ jobId, ok, message }) => [jobId, ok, message]),
    [
      [second, false, 'The job became Waiting meanwhile.'],
      [second + 1, true, 'Back in its place in the queue.'],
    ],
  );
  assert.equal(await statusOf(world, first), 'Killed');
  const late = await world.operations.act(aUser(), 'delete', [first]);
  world.clock.advanceS(61);
  await assert.rejects(world.operations.undo(aUser(), late.operation?.operationId ?? 0), {
    code: 'conflict',
    message: 'It is too late to take this back.',
  });
});

test('an operation can be taken back while it runs, and steps in their order', async () => {
  await using world = await openJobWorld({ parts: { sliceSize: 2 } });
  const jobIds = await submit(world, 6);
  const { token } = await world.operations.preview(aUser(), 'kill', []);
  const { operationId } = await world.operations.start(aUser(), token);
  await world.runSlice(operationId);
  const second = await world.operations.act(aUser(), 'delete', [jobIds[0] ?? 0]);
  for (const id of [second.operation?.operationId ?? 0, operationId]) {
    await world.operations.undo(aUser(), id);
    await world.operationsAgent.runOnce();
  }
  assert.deepEqual(await queue(world), jobIds);
});

test('a running operation that is taken back stops, also when nothing of it can be brought back yet', async () => {
  await using world = await openJobWorld({ parts: { sliceSize: 1 } });
  const [first = 0, ...others] = await submit(world, 4);
  await world.report(await world.matchOne(), { status: 'Running' });
  const { token } = await world.operations.preview(aUser(), 'kill', []);
  const { operationId } = await world.operations.start(aUser(), token);
  await world.runSlice(operationId);
  await assert.rejects(world.operations.undo(aUser(), operationId), {
    code: 'conflict',
    message: 'It was stopped; nothing of what it did can be taken back.',
  });
  await world.operationsAgent.runOnce();
  const stopped = await world.operations.get(aUser(), operationId);
  assert.deepEqual([stopped.state, stopped.done, stopped.undoable], ['Cancelled', 1, 0]);
  assert.equal(await statusOf(world, first), 'Killed');
  assert.deepEqual(await queue(world), others);
  await assert.rejects(world.operations.undo(aUser(), operationId), {
    message: 'Nothing of this operation can be taken back.',
  });
});

test('nothing is remembered when there is nothing to take back, or undo is switched off', async () => {
  await using world = await openJobWorld({
    configuration: aConfiguration({ lifeCycle: { undoWindowS: 0 } }),
  });
  const [jobId = 0] = await submit(world, 1);
  const off = await world.operations.act(aUser(), 'delete', [jobId]);
  assert.deepEqual([off.verdicts[0]?.ok, off.operation], [true, undefined]);
  await using other = await openJobWorld();
  const [unknown] = (await other.operations.act(aUser(), 'kill', [99])).verdicts;
  assert.equal(unknown?.code, 'job.not-found');
});

test('reset is for administrators, remove for jobs that have ended', async () => {
  const freed: number[] = [];
  await using world = await openJobWorld({
    parts: {
      // oxlint-disable-next-line require-yield -- touches nothing
      *unassignSandboxes(jobId) {
        freed.push(jobId);
      },
    },
  });
  const [jobId = 0] = await submit(world, 1);
  for (let time = 0; time < 3; time++) await world.jobs.act(aUser(), 'reschedule', [jobId]);
  const [denied] = await world.jobs.act(aUser(), 'reset', [jobId]);
  assert.equal(denied?.code, 'access.denied');
  const [reset] = await world.jobs.act(administrator, 'reset', [jobId]);
  assert.deepEqual([reset?.ok, (await attributesOf(world, jobId))['RescheduleCounter']], [true, 0]);
  const [early] = await world.jobs.act(aUser(), 'remove', [jobId]);
  assert.match(early?.message ?? '', /kill it first/);
  await world.jobs.act(aUser(), 'delete', [jobId]);
  const [removed] = await world.jobs.act(aUser(), 'remove', [jobId]);
  assert.deepEqual([removed?.ok, removed?.status], [true, undefined]);
  await assert.rejects(world.monitoring.job(aUser(), jobId), { code: 'job.not-found' });
  assert.deepEqual(freed, [jobId]);
  assert.deepEqual(await world.monitoring.summary(aUser(), ['Status'], []), []);
});

test('a removed job whose payload still runs ends it: the pilot hears that there is no such job', async () => {
  await using world = await openJobWorld();
  const [jobId = 0] = await submit(world, 1);
  const job = await world.matchOne();
  await world.report(job, { status: 'Running' });
  await world.jobs.act(aUser(), 'kill', [jobId]);
  await world.jobs.act(aUser(), 'remove', [jobId]);
  const { refused } = await world.stateUpdate.heartbeat(aPilot(), [{ jobId, attempt: 1, atMs: 0 }], []);
  assert.equal(refused[0]?.code, 'job.not-found');
});

test('wherever it is killed, every job has its turn exactly once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.boolean(), { maxLength: 12 }),
      async (count, sliceSize, crashes) => {
        await using world = await openJobWorld({ parts: { sliceSize } });
        const jobIds = await submit(world, count);
        const { token } = await world.operations.preview(aUser(), 'kill', []);
        const { operationId } = await world.operations.start(aUser(), token);
        let core = await createJobCore(world.parts);
        for (const crash of crashes) {
          if (crash) core = await createJobCore(world.parts);
          await core.runSlice(operationId);
        }
        await core.operationsAgent.runOnce();
        const operation = await core.operations.get(aUser(), operationId);
        assert.deepEqual([operation.state, operation.done], ['Done', count]);
        const kills = await world.database.read(() =>
          rows<{ jobId: number }>(
            `select job_id as "jobId" from job_log where status = 'Killed' order by job_id`,
          ),
        );
        assert.deepEqual(
          kills.map(({ jobId }) => jobId),
          jobIds,
        );
      },
    ),
    { numRuns: Number(process.env['WM_PROPERTY_RUNS'] ?? 15) },
  );
});
