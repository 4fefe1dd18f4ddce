import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createJobCore } from '../job-core.ts';
import { anOffer, aPilot, aUser } from '../testing/builders.ts';
import { openJobWorld, type JobWorld } from '../testing/job-world.ts';
import type { MatchAnswer, MatchRequest } from '../use-cases.ts';

const pilot = aPilot();
const other = aPilot({ stamp: '1'.repeat(32) });
const asking = (requestId: string, held: MatchRequest['held'] = []): MatchRequest => ({ requestId, held });

const ask = (
  world: Pick<JobWorld, 'matcher'>,
  request: MatchRequest,
  by = pilot,
  signal?: AbortSignal,
): Promise<MatchAnswer> => world.matcher.match(by, anOffer(), 0, signal, request);

const matched = (answer: MatchAnswer): string =>
  answer.kind === 'match' ? `${answer.job.jobId}/${answer.job.attempt}` : answer.kind;

test('a question that is repeated gets the same attempt again, also from another process', async () => {
  await using world = await openJobWorld();
  await world.submitOne();
  await world.submitOne();
  const first = await ask(world, asking('question-1'));
  assert.equal(matched(first), '1/1');
  const restarted = await createJobCore(world.parts);
  assert.deepEqual(await ask(restarted, asking('question-1')), first);
  const job = { jobId: 1, attempt: 1 };
  assert.equal(matched(await ask(restarted, asking('question-2', [job]))), '2/1');
  const { attributes } = await world.monitoring.job(aUser(), 1);
  assert.equal(attributes['RescheduleCounter'], 0);
});

test('the same question twice at once takes one job', async () => {
  await using world = await openJobWorld();
  await world.submitOne();
  await world.submitOne();
  const answers = await Promise.all([ask(world, asking('question-1')), ask(world, asking('question-1'))]);
  assert.deepEqual(answers.map(matched), ['1/1', '1/1']);
});

test('an attempt the pilot never heard of goes on at once and costs the job nothing', async () => {
  await using world = await openJobWorld();
  const jobId = await world.submitOne();
  await ask(world, asking('question-1'));
  // Back in the queue when the work is durable: the waiting pilot is called then.
  const next = await world.matcher.match(pilot, anOffer(), 5000, undefined, asking('question-2'));
  assert.equal(matched(next), `${jobId}/2`);
  const { attributes } = await world.monitoring.job(aUser(), jobId);
  assert.deepEqual([attributes['Status'], attributes['RescheduleCounter']], ['Matched', 0]);
});

test('an attempt the pilot holds or has reported on stays with it', async () => {
  await using world = await openJobWorld();
  const jobId = await world.submitOne();
  await ask(world, asking('question-1'));
  assert.equal(matched(await ask(world, asking('question-2', [{ jobId, attempt: 1 }]))), 'noMatch');
  await world.report(
    { jobId, attempt: 1 } as Parameters<JobWorld['report']>[0],
    { status: 'Matched', minorStatus: 'Job Received by Agent' },
    pilot,
  );
  assert.equal(matched(await ask(world, asking('question-3'))), 'noMatch');
});

test('a question answered long ago is not answered with a job that went on', async () => {
  await using world = await openJobWorld();
  const jobId = await world.submitOne();
  await ask(world, asking('question-1'));
  await world.report(
    { jobId, attempt: 1 } as Parameters<JobWorld['report']>[0],
    { status: 'Running' },
    pilot,
  );
  assert.equal(matched(await ask(world, asking('question-1'))), 'noMatch');
});

test('the answer of one pilot is never that of another, and one who went away may come back', async () => {
  await using world = await openJobWorld();
  await world.submitOne();
  await ask(world, asking('question-1'));
  assert.equal(matched(await ask(world, asking('question-1'), other)), 'noMatch');
  await world.submitOne();
  const gone = new AbortController();
  const lost = world.matcher.match(other, anOffer(), 0, gone.signal, asking('question-2'));
  gone.abort();
  await lost;
  assert.equal(matched(await ask(world, asking('question-2'), other)), '2/2');
});
