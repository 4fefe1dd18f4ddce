import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createJobCore } from '../job-core.ts';
import { findJob, updateJob } from '../jobs/job.store.ts';
import { leaveTaskQueue } from '../task-queues/task-queue.store.ts';
import { aConfiguration, anOffer, aPilot, aUser } from '../testing/builders.ts';
import { helloWorld, openJobWorld } from '../testing/job-world.ts';

const withPriority = (priority: number) => `Executable = "/bin/true"; Priority = ${priority};`;

test('a job of another VO is not given to this pilot, whatever the pilot says it offers', async () => {
  await using world = await openJobWorld();
  await world.submitOne(helloWorld, aUser({ vo: 'fermilab', group: 'fermilab_user' }));
  const answer = await world.matcher.match(aPilot(), anOffer({ vo: 'fermilab' }), 0);
  assert.equal(answer.kind, 'noMatch');
});

test('the pilot runs at the site of its credential', async () => {
  await using world = await openJobWorld();
  await world.submitOne('Executable = "/bin/true"; Site = "EGI.Other.org";');
  const answer = await world.matcher.match(aPilot(), anOffer({ site: 'EGI.Other.org' }), 0);
  assert.equal(answer.kind, 'noMatch');
  const job = await world.matchOne(aPilot({ site: 'EGI.Other.org' }));
  assert.equal(job.attempt, 1);
});

test('within a queue higher priority goes first, then the older job', async () => {
  await using world = await openJobWorld();
  const low = await world.submitOne(withPriority(1));
  const high = await world.submitOne(withPriority(5));
  const lowToo = await world.submitOne(withPriority(1));
  const order = [await world.matchOne(), await world.matchOne(), await world.matchOne()];
  assert.deepEqual(
    order.map(({ jobId }) => jobId),
    [high, low, lowToo],
  );
});

test('pilots that ask at the same moment never get the same job', async () => {
  await using world = await openJobWorld();
  await world.jobs.submit(aUser(), { jdls: [`Executable = "/bin/true"; Parameters = 40;`] });
  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, index) =>
      world.matcher.match(aPilot({ stamp: String(index).padStart(32, '0') }), anOffer(), 0),
    ),
  );
  const jobIds = answers.flatMap((answer) => (answer.kind === 'match' ? [answer.job.jobId] : []));
  assert.equal(jobIds.length, 40);
  assert.equal(new Set(jobIds).size, 40);
});

test('a waiting pilot gets a job as soon as one is submitted', async () => {
  await using world = await openJobWorld();
  const waiting = world.matcher.match(aPilot(), anOffer(), 30_000);
  const jobId = await world.submitOne();
  const answer = await waiting;
  assert.equal(answer.kind === 'match' && answer.job.jobId, jobId);
});

test('two waiting pilots share two jobs', async () => {
  await using world = await openJobWorld();
  const waiting = ['a', 'b'].map((letter) =>
    world.matcher.match(aPilot({ stamp: letter.repeat(32) }), anOffer(), 30_000),
  );
  await world.jobs.submit(aUser(), { jdls: [helloWorld, helloWorld] });
  const kinds = (await Promise.all(waiting)).map(({ kind }) => kind);
  assert.deepEqual(kinds, ['match', 'match']);
});

test('a pilot that goes away while it waits leaves the job to the next', async () => {
  await using world = await openJobWorld();
  const leaving = new AbortController();
  const first = world.matcher.match(aPilot({ stamp: 'a'.repeat(32) }), anOffer(), 30_000, leaving.signal);
  const second = world.matcher.match(aPilot({ stamp: 'b'.repeat(32) }), anOffer(), 30_000);
  await new Promise((resolve) => setImmediate(resolve));
  leaving.abort();
  await world.submitOne();
  assert.equal((await first).kind, 'noMatch');
  assert.equal((await second).kind, 'match');
});

test('a job claimed for a pilot that is gone waits again as another attempt', async () => {
  await using world = await openJobWorld();
  const jobId = await world.submitOne();
  const leaving = new AbortController();
  const answer = world.matcher.match(aPilot(), anOffer(), 30_000, leaving.signal);
  leaving.abort();
  assert.equal((await answer).kind, 'noMatch');
  const { attributes, attempt } = await world.monitoring.job(aUser(), jobId);
  assert.deepEqual([attributes['Status'], attributes['RescheduleCounter'], attempt], ['Waiting', 0, 2]);
});

test('jobs that leave their queue beside the match are passed over, however many they are', async () => {
  await using world = await openJobWorld();
  const submitted = await world.jobs.submit(aUser(), {
    jdls: [`Executable = "/bin/true"; Parameters = 72;`],
  });
  const jobIds = submitted.map(({ jobId }) => jobId);
  // Knows nothing of the queue yet.
  const core = await createJobCore(world.parts);
  const [, answer] = await Promise.all([
    world.database.write(function* () {
      for (const jobId of jobIds.slice(0, -1)) {
        const job = yield* findJob(jobId);
        if (!job || job.taskQueueId === null) continue;
        yield* leaveTaskQueue(job.taskQueueId, job.userPriority, jobId);
        yield* updateJob(job, { ...job, taskQueueId: null });
      }
    }),
    core.matcher.match(aPilot(), anOffer(), 0),
  ]);
  assert.equal(answer.kind === 'match' && answer.job.jobId, jobIds.at(-1));
});

test('a banned site gets no jobs and is told to stop', async () => {
  const sites = { 'EGI.Demo.org': { status: 'Banned', computingElements: {} } } as const;
  await using world = await openJobWorld({ configuration: aConfiguration({ sites }) });
  await world.submitOne();
  assert.equal((await world.matcher.match(aPilot(), anOffer(), 0)).kind, 'stop');
  assert.equal((await world.stateUpdate.heartbeat(aPilot(), [], [])).drain, true);
});

test('jobs that waited before a restart are matched after it', async () => {
  await using world = await openJobWorld();
  const jobId = await world.submitOne();
  const again = await createJobCore(world.parts);
  const answer = await again.matcher.match(aPilot(), anOffer(), 0);
  assert.equal(answer.kind === 'match' && answer.job.jobId, jobId);
});

test('an offer that is no number is refused', async () => {
  await using world = await openJobWorld();
  await assert.rejects(world.matcher.match(aPilot(), anOffer({ memoryMiB: Number.NaN }), 0), {
    code: 'input.invalid',
  });
});
