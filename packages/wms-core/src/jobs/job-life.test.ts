import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WmsError } from '../kernel/wms-error.ts';
import { aConfiguration, anOffer, aPilot, aUser } from '../testing/builders.ts';
import { helloWorld, openJobWorld, type JobWorld } from '../testing/job-world.ts';
import { isPayloadFinal, jobStatuses, type JobStatus } from './job-status.ts';

const bob = aUser({ userName: 'bob' });
const fermilab = aUser({ userName: 'ada', vo: 'fermilab', group: 'fermilab_user' });
const administrator = aUser({ userName: 'root', group: 'biomed_admin', properties: ['JobAdministrator'] });

const statusOf = async (world: JobWorld, jobId: number) =>
  (await world.monitoring.job(aUser(), jobId)).attributes['Status'];

test('a job lives from submission to Done, and its log tells every step', async () => {
  await using world = await openJobWorld();
  const jobId = await world.submitOne();
  const job = await world.matchOne();
  await world.report(job, { status: 'Running', minorStatus: 'Job Initialization' });
  await world.report(job, { minorStatus: 'Application' });
  await world.report(job, { status: 'Completing', minorStatus: 'Application Finished Successfully' });
  await world.report(job, { status: 'Done', minorStatus: 'Execution Complete' });
  const log = await world.monitoring.logging(aUser(), jobId);
  assert.deepEqual(
    log.map(({ status, minorStatus }) => `${status}/${minorStatus}`),
    [
      'Received/Job accepted',
      'Checking/JobSanity',
      'Checking/JobScheduling',
      'Waiting/Pilot Agent Submission',
      'Matched/Assigned',
      'Running/Job Initialization',
      'Running/Application',
      'Completing/Application Finished Successfully',
      'Done/Execution Complete',
    ],
  );
});

test('a submission without NormalUser or without a proxy stores nothing', async () => {
  await using world = await openJobWorld({
    parts: {
      requireProxy: async () => {
        throw new WmsError('proxy.missing', 'Upload a proxy.');
      },
    },
  });
  await assert.rejects(world.jobs.submit(administrator, { jdls: [helloWorld] }), { code: 'access.denied' });
  await assert.rejects(world.jobs.submit(aUser(), { jdls: [helloWorld] }), { code: 'proxy.missing' });
  assert.deepEqual(await world.monitoring.summary(administrator, ['Status'], []), []);
});

test('one fault in a sandbox of a sweep stores none of its jobs', async () => {
  await using world = await openJobWorld({
    parts: {
      assignInputSandboxes: () => {
        throw new WmsError('sandbox.not-found', 'No such sandbox.');
      },
    },
  });
  const jdl = `Executable = "run.sh"; Parameters = 3; InputSandbox = {"SB:Store|/S3/x/biomed/biomed_user/ada/sha256:${'0'.repeat(64)}.tar.gz"};`;
  await assert.rejects(world.jobs.submit(aUser(), { jdls: [jdl] }), { code: 'sandbox.not-found' });
  assert.equal((await world.matcher.match(aPilot(), anOffer(), 0)).kind, 'noMatch');
});

test('a submission repeated with its key makes no second job', async () => {
  await using world = await openJobWorld();
  const request = { jdls: [helloWorld, helloWorld], requestKey: 'a-key-of-a-client' };
  const [first, second] = await Promise.all([
    world.jobs.submit(aUser(), request),
    world.jobs.submit(aUser(), request),
  ]);
  assert.deepEqual(first, second);
  assert.equal(first?.length, 2);
  await assert.rejects(world.jobs.submit(aUser(), { ...request, jdls: [helloWorld] }), { code: 'conflict' });
});

test('a repetition gets its first answer, with its warnings, when proxy and configuration have changed since', async () => {
  let values = aConfiguration();
  let hasProxy = true;
  await using world = await openJobWorld({
    parts: {
      configuration: { current: () => ({ version: 'test', loadedAtMs: 0, values }) },
      requireProxy: async () => {
        if (!hasProxy) throw new WmsError('proxy.expired', 'Your proxy has ended.');
      },
    },
  });
  const jdl = 'Executable = "/bin/true"; JobType = "User"; Priorty = 3;';
  const request = { jdls: [jdl], requestKey: 'a-key-of-a-client' };
  const first = await world.jobs.submit(aUser(), request);
  assert.equal(first[0]?.warnings?.[0]?.attribute, 'Priorty');
  hasProxy = false;
  values = aConfiguration({ jobDescription: { allowedJobTypes: ['Test'] } });
  assert.deepEqual(await world.jobs.submit(aUser(), request), first);
  await assert.rejects(world.jobs.submit(aUser(), { jdls: [helloWorld], requestKey: 'another-key' }), {
    code: 'jdl.invalid',
  });
});

test('a waiting job that is killed is never matched', async () => {
  await using world = await openJobWorld();
  const jobId = await world.submitOne();
  const [verdict] = await world.jobs.act(aUser(), 'kill', [jobId]);
  assert.deepEqual([verdict?.ok, verdict?.status], [true, 'Killed']);
  await assert.rejects(world.matchOne(), /no job was matched/);
});

test('a running job that is deleted gets a Kill until its pilot acknowledges, and stays deleted', async () => {
  await using world = await openJobWorld();
  const jobId = await world.submitOne();
  const job = await world.matchOne();
  await world.report(job, { status: 'Running', minorStatus: 'Application' });
  const [verdict] = await world.jobs.act(aUser(), 'delete', [jobId]);
  assert.equal(verdict?.status, 'Deleted');
  const beat = { jobId, attempt: 1, atMs: world.clock.nowMs() };
  const first = await world.stateUpdate.heartbeat(aPilot(), [beat], []);
  const again = await world.stateUpdate.heartbeat(aPilot(), [beat], []);
  assert.deepEqual(first.commands, again.commands);
  assert.equal(first.commands[0]?.command, 'Kill');
  const ids = first.commands.map(({ commandId }) => commandId);
  const last = await world.stateUpdate.heartbeat(aPilot(), [beat], ids);
  assert.deepEqual(last.commands, []);
  assert.equal(last.refused[0]?.code, 'job.stale-attempt');
  const [late] = await world.stateUpdate.report(aPilot(), [{ ...beat, status: 'Done' }]);
  assert.equal(late?.code, 'job.transition-refused');
  assert.equal(await statusOf(world, jobId), 'Deleted');
});

test('a foreign job looks like none, and a visible one of somebody else may not be killed', async () => {
  await using world = await openJobWorld({ configuration: aConfiguration({ jobVisibility: 'vo' }) });
  const jobId = await world.submitOne();
  const [seen] = await world.jobs.act(bob, 'kill', [jobId]);
  const [foreign] = await world.jobs.act(fermilab, 'kill', [jobId]);
  const [unknown] = await world.jobs.act(aUser(), 'kill', [9999]);
  assert.deepEqual(
    [seen?.code, foreign?.code, unknown?.code],
    ['access.denied', 'job.not-found', 'job.not-found'],
  );
  const [done] = await world.jobs.act(administrator, 'kill', [jobId]);
  assert.equal(done?.ok, true);
});

test('a job rescheduled too often is Failed and says so', async () => {
  await using world = await openJobWorld();
  const jobId = await world.submitOne();
  for (const attempt of [2, 3, 4]) {
    const [verdict] = await world.jobs.act(aUser(), 'reschedule', [jobId]);
    assert.equal(verdict?.ok, true);
    assert.equal((await world.monitoring.job(aUser(), jobId)).attempt, attempt);
  }
  const [last] = await world.jobs.act(aUser(), 'reschedule', [jobId]);
  assert.equal(last?.message, 'Maximum number of reschedules exceeded (3)');
  assert.deepEqual([last?.status, last?.minorStatus], ['Failed', 'Maximum of reschedulings reached']);
});

test('after a reschedule the old attempt is told to stop and its reports are refused', async () => {
  await using world = await openJobWorld();
  const jobId = await world.submitOne();
  const first = await world.matchOne();
  await world.report(first, { status: 'Running' });
  await world.jobs.act(aUser(), 'reschedule', [jobId]);
  const beat = { jobId, attempt: 1, atMs: world.clock.nowMs() };
  const answer = await world.stateUpdate.heartbeat(aPilot(), [beat], []);
  assert.equal(answer.commands[0]?.attempt, 1);
  assert.equal(answer.refused[0]?.code, 'job.stale-attempt');
  const other = aPilot({ stamp: '1'.repeat(32), site: 'EGI.Other.org' });
  const second = await world.matchOne(other);
  assert.deepEqual([second.jobId, second.attempt], [jobId, 2]);
  const [late] = await world.stateUpdate.report(aPilot(), [{ ...beat, status: 'Done' }]);
  assert.equal(late?.code, 'job.stale-attempt');
  assert.equal((await world.stateUpdate.heartbeat(other, [], [])).commands.length, 0);
});

test('a pilot that cannot run a payload gives the job to another', async () => {
  await using world = await openJobWorld();
  const jobId = await world.submitOne();
  const job = await world.matchOne();
  await world.report(job, { reschedule: true, minorStatus: 'Failed Downloading InputSandbox' });
  assert.equal(await statusOf(world, jobId), 'Waiting');
  assert.equal((await world.matchOne()).attempt, 2);
});

test('a repeated report is harmless, a late one is history only', async () => {
  await using world = await openJobWorld();
  const jobId = await world.submitOne();
  const job = await world.matchOne();
  const at = (ms: number) => world.clock.nowMs() + ms - 1000;
  const reports = [
    { jobId, attempt: 1, atMs: at(1), status: 'Running', minorStatus: 'Application' },
    { jobId, attempt: 1, atMs: at(2), status: 'Completing', minorStatus: 'Uploading Output Sandbox' },
    { jobId, attempt: 1, atMs: at(3), status: 'Done', minorStatus: 'Execution Complete' },
  ] as const;
  for (let time = 0; time < 2; time++) {
    const verdicts = await world.stateUpdate.report(aPilot(), reports);
    assert.deepEqual(
      verdicts.map(({ ok }) => ok),
      [true, true, true],
    );
  }
  assert.equal((await world.monitoring.logging(aUser(), jobId)).length, 8);
  await world.report(job, { atMs: at(0), applicationStatus: 'step 1' });
  assert.equal((await world.monitoring.job(aUser(), jobId)).attributes['ApplicationStatus'], 'Unknown');
  assert.equal((await world.monitoring.logging(aUser(), jobId)).length, 9);
});

test('a report with a bad sandbox is refused alone; while nothing can be stored none is, so that pilots send all again', async () => {
  let trouble = new WmsError('sandbox.assigned', 'Sandbox already assigned.');
  await using world = await openJobWorld({
    parts: {
      assignOutputSandbox: () => {
        throw trouble;
      },
    },
  });
  await world.submitOne();
  const { jobId, attempt } = await world.matchOne();
  const atMs = world.clock.nowMs();
  const reports = [
    { jobId, attempt, atMs, status: 'Running' as const },
    { jobId, attempt, atMs: atMs + 1, outputSandbox: 'SB:SandboxSE|/S3/x' },
  ];
  const verdicts = await world.stateUpdate.report(aPilot(), reports);
  assert.deepEqual(
    verdicts.map(({ code, ok }) => (ok ? 'taken' : code)),
    ['taken', 'sandbox.assigned'],
  );
  for (const code of ['service.unavailable', 'storage.full'] as const) {
    trouble = new WmsError(code, 'Not now.');
    await assert.rejects(world.stateUpdate.report(aPilot(), reports), { code });
  }
});

test('a node whose clock is behind moves its job all the same', async () => {
  await using world = await openJobWorld();
  const jobId = await world.submitOne();
  const job = await world.matchOne();
  await world.report(job, { atMs: world.clock.nowMs() - 3_600_000, status: 'Running' });
  await world.report(job, { atMs: world.clock.nowMs() - 3_599_000, status: 'Done' });
  assert.equal(await statusOf(world, jobId), 'Done');
  const times = (await world.monitoring.logging(aUser(), jobId)).map(({ atMs }) => atMs);
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  );
});

test('a pilot may report on the attempts it holds only', async () => {
  await using world = await openJobWorld();
  const job = await world.submitOne().then(() => world.matchOne());
  const thief = aPilot({ stamp: 'f'.repeat(32) });
  const foreign = aPilot({ vo: 'fermilab' });
  await assert.rejects(world.report(job, { status: 'Running' }, thief), /job.stale-attempt/);
  await assert.rejects(world.report(job, { status: 'Running' }, foreign), /job.not-found/);
});

test('parameters and the ends of the output can be read while the job runs, of this attempt only', async () => {
  await using world = await openJobWorld();
  const jobId = await world.submitOne();
  const job = await world.matchOne();
  await world.report(job, { status: 'Running', parameters: { HostName: 'node7' } });
  const beat = { jobId, attempt: 1, atMs: 0, metrics: { LoadAverage: 0.5 } };
  await world.stateUpdate.heartbeat(aPilot(), [{ ...beat, stdoutTail: 'x'.repeat(20_000) }], []);
  await world.stateUpdate.heartbeat(aPilot(), [{ ...beat, stderrTail: 'oops' }], []);
  const peek = await world.monitoring.peek(aUser(), jobId);
  assert.deepEqual([peek.stdout?.length, peek.stderr], [16_384, 'oops']);
  assert.deepEqual(await world.monitoring.parameters(aUser(), jobId), [
    { name: 'HostName', value: 'node7', attempt: 1 },
    { name: 'LoadAverage', value: '0.5', attempt: 1 },
  ]);
  await world.jobs.act(aUser(), 'reschedule', [jobId]);
  assert.equal((await world.monitoring.peek(aUser(), jobId)).stdout, null);
});

const setByHand = (world: JobWorld, jobId: number, status: JobStatus, force = false) =>
  world.jobs.setStatus(aUser(), [{ jobId, atMs: world.clock.nowMs(), status, source: 'Unknown' }], force);

test('no client puts a job where nobody takes it on: into a queue, or onto a node that does not have it', async () => {
  await using world = await openJobWorld();
  const jobId = await world.submitOne();
  const elsewhere = jobStatuses.filter((status) => status !== 'Rescheduled' && !isPayloadFinal(status));
  for (const status of elsewhere) {
    await setByHand(world, jobId, status, true);
    assert.equal(await statusOf(world, jobId), 'Waiting', status);
  }
  await world.jobs.act(aUser(), 'kill', [jobId]);
  for (const status of elsewhere) {
    await setByHand(world, jobId, status, true);
    assert.equal(await statusOf(world, jobId), 'Killed', status);
  }
});

test('a client that cannot have a job started anew is told so in its log', async () => {
  await using world = await openJobWorld();
  const { firstJobId: jobId } = await world.bulks.submit(aUser(), { jdls: [helloWorld], confirm: true });
  await world.monitoring.job(aUser(), jobId);
  await setByHand(world, jobId, 'Rescheduled', true);
  const { attributes } = await world.monitoring.job(aUser(), jobId);
  assert.equal(attributes['Status'], 'Submitting');
  const done = await world.submitOne();
  const job = await world.matchOne();
  await world.report(job, { status: 'Running' });
  await world.report(job, { status: 'Done' });
  const change = { jobId: done, atMs: world.clock.nowMs(), minorStatus: 'once more', source: 'Script' };
  await world.jobs.setStatus(aUser(), [{ ...change, status: 'Rescheduled' }], true);
  assert.equal(await statusOf(world, done), 'Done');
  const last = (await world.monitoring.logging(aUser(), done)).at(-1);
  assert.deepEqual([last?.source, last?.minorStatus], ['Script(SM)', 'once more']);
});

test('a job that a client makes Rescheduled waits in a new attempt, and its old payload is ended', async () => {
  await using world = await openJobWorld();
  const jobId = await world.submitOne();
  const job = await world.matchOne();
  await world.report(job, { status: 'Running' });
  await setByHand(world, jobId, 'Running');
  await setByHand(world, jobId, 'Rescheduled');
  assert.equal(await statusOf(world, jobId), 'Waiting');
  const { commands } = await world.stateUpdate.heartbeat(aPilot(), [], []);
  assert.deepEqual(
    commands.map(({ command, attempt }) => [command, attempt]),
    [['Kill', 1]],
  );
  const again = await world.matchOne(aPilot({ stamp: 'b'.repeat(32) }));
  assert.deepEqual([again.jobId, again.attempt], [jobId, 2]);
});

test('a user who reschedules a running job once too often does not lose what runs', async () => {
  await using world = await openJobWorld();
  const jobId = await world.submitOne();
  for (let times = 0; times < 3; times++) await world.jobs.act(aUser(), 'reschedule', [jobId]);
  const job = await world.matchOne();
  await world.report(job, { status: 'Running' });
  const [verdict] = await world.jobs.act(aUser(), 'reschedule', [jobId]);
  assert.deepEqual([verdict?.ok, verdict?.status], [false, 'Running']);
  assert.deepEqual((await world.stateUpdate.heartbeat(aPilot(), [], [])).commands, []);
});

test('reports of one instant are all heard, and one that is sent twice is heard once', async () => {
  await using world = await openJobWorld();
  const jobId = await world.submitOne();
  const job = await world.matchOne();
  const atMs = world.clock.nowMs();
  await world.report(job, { atMs, status: 'Running', minorStatus: 'Application' });
  await world.report(job, { atMs, applicationStatus: 'exit code 0' });
  const end = {
    atMs,
    status: 'Done',
    minorStatus: 'Execution Complete',
    applicationStatus: 'exit code 0',
  } as const;
  await world.report(job, end);
  assert.equal(await statusOf(world, jobId), 'Done');
  const heard = (await world.monitoring.logging(aUser(), jobId)).length;
  await world.report(job, end);
  assert.equal((await world.monitoring.logging(aUser(), jobId)).length, heard);
});

test('what a payload was still saying when it was ended is history', async () => {
  await using world = await openJobWorld();
  const jobId = await world.submitOne();
  const job = await world.matchOne();
  await world.report(job, { status: 'Running' });
  await world.jobs.act(aUser(), 'kill', [jobId]);
  world.clock.advanceS(5);
  await world.report(job, { minorStatus: 'Uploading Output Sandbox' });
  const { attributes } = await world.monitoring.job(aUser(), jobId);
  assert.equal(attributes['MinorStatus'], 'Marked for termination');
  assert.match((await world.monitoring.logging(aUser(), jobId)).at(-1)?.source ?? '', /\(late\)/);
});

test('what is told after the end is heard once, and not without limit', async () => {
  await using world = await openJobWorld();
  const jobId = await world.submitOne();
  const job = await world.matchOne();
  await world.report(job, { status: 'Running' });
  await world.report(job, { status: 'Done', minorStatus: 'Execution Complete' });
  const heard = (await world.monitoring.logging(aUser(), jobId)).length;
  const atMs = world.clock.nowMs() + 1000;
  for (let times = 0; times < 3; times++) await world.report(job, { atMs, applicationStatus: 'a last word' });
  assert.equal((await world.monitoring.logging(aUser(), jobId)).length, heard + 1);
  for (let part = 0; part < 6; part++) {
    const named = Array.from({ length: 90 }, (_, index) => [`P${part}.${index}`, 'x']);
    await world.report(job, { applicationStatus: `part ${part}`, parameters: Object.fromEntries(named) });
  }
  assert.equal((await world.monitoring.parameters(aUser(), jobId)).length, 200);
});

test('a job whose end was not heard in time is Completed all the same', async () => {
  await using world = await openJobWorld();
  const jobId = await world.submitOne();
  const job = await world.matchOne();
  await world.report(job, { status: 'Running' });
  await world.report(job, { status: 'Completed', minorStatus: 'Pending Requests' });
  assert.equal(await statusOf(world, jobId), 'Completed');
});

test('a change of status by a client obeys the table, unless forced, and never revives a deleted job', async () => {
  await using world = await openJobWorld();
  const jobId = await world.submitOne();
  const change = (status: 'Done' | 'Running', force = false) =>
    world.jobs.setStatus(
      aUser(),
      [{ jobId, atMs: world.clock.nowMs(), status, minorStatus: `as ${status}`, source: 'Unknown' }],
      force,
    );
  await change('Done');
  assert.equal(await statusOf(world, jobId), 'Waiting');
  const log = await world.monitoring.logging(aUser(), jobId);
  assert.deepEqual([log.at(-1)?.source, log.at(-1)?.minorStatus], ['Unknown(SM)', 'as Done']);
  await change('Done', true);
  assert.equal(await statusOf(world, jobId), 'Done');
  await assert.rejects(world.matchOne(), /no job was matched/);
  await world.jobs.act(aUser(), 'delete', [jobId]);
  await change('Running', true);
  assert.equal(await statusOf(world, jobId), 'Deleted');
});

test('a change that a client tells late is history: logged as late, and the job stays what it is', async () => {
  await using world = await openJobWorld();
  const jobId = await world.submitOne();
  const atMs = world.clock.nowMs();
  world.clock.advanceS(10);
  await world.matchOne();
  const late = { jobId, atMs, status: 'Submitting', minorStatus: 'long ago', source: 'Unknown' } as const;
  await world.jobs.setStatus(aUser(), [late], false);
  assert.equal(await statusOf(world, jobId), 'Matched');
  const log = await world.monitoring.logging(aUser(), jobId);
  const entry = log.find(({ minorStatus }) => minorStatus === 'long ago');
  assert.equal(entry?.source, 'Unknown(late)');
});

test('jobs of a lost pilot go to another pilot in the same transaction', async () => {
  await using world = await openJobWorld();
  const jobId = await world.submitOne();
  await world.matchOne();
  await world.database.write(() => world.lostJobs.pilotEnded(aPilot().stamp, 'The node went away'));
  assert.equal(await statusOf(world, jobId), 'Waiting');
  assert.equal((await world.matchOne()).attempt, 2);
});
