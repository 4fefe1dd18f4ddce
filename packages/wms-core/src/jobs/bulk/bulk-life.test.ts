/** Bulks from the submission to the last job, on a real database. */
import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import { rows } from '../../db/database.ts';
import type { Configuration } from '../../configuration/schema.ts';
import { WmsError } from '../../kernel/wms-error.ts';
import { aConfiguration, aPilot, aUser, openJobWorld, type JobWorld } from '../../testing/index.ts';
import { sliceLength } from './slices.ts';

const sweep = (count: number, more = ''): string =>
  `Executable = "/bin/echo"; Arguments = "%s"; JobName = "sweep_%n"; Parameters = ${count}; ParameterStep = 1; ${more}`;
const submit = (world: JobWorld, count: number, extra: { confirm?: boolean; requestKey?: string } = {}) =>
  world.bulks.submit(aUser(), { jdls: [sweep(count)], ...extra });

const statesOf = async (world: JobWorld): Promise<Readonly<Record<string, number>>> => {
  const found = await world.database.read(() =>
    rows<{ status: string; jobs: number }>('select status, count(*) as jobs from jobs group by status'),
  );
  return Object.fromEntries(found.map(({ jobs, status }) => [status, jobs]));
};

/** What must hold at any moment: counters, queues and rows say the same, and no id is there twice or outside. */
async function assertSound(world: JobWorld, alone = 0): Promise<void> {
  const [counted, queued, made, bulks] = await world.database.read(function* () {
    return [
      yield* rows<{ status: string; jobs: number }>(
        'select status, cast(sum(jobs) as bigint) as jobs from job_counters group by status having sum(jobs) > 0',
      ),
      yield* rows<{ n: number }>('select count(*) as n from task_queue_jobs'),
      yield* rows<{ n: number }>('select count(distinct job_id) as n from jobs'),
      yield* rows<{ n: number }>('select cast(coalesce(sum(expanded), 0) as bigint) as n from bulks'),
    ];
  });
  const states = await statesOf(world);
  assert.deepEqual(Object.fromEntries(counted.map(({ jobs, status }) => [status, jobs])), states);
  assert.equal(queued[0]?.n, states['Waiting'] ?? 0);
  assert.equal(made[0]?.n, Number(bulks[0]?.n) + alone);
  assert.equal(
    world.index.all().reduce((sum, { waitingJobs }) => sum + waitingJobs, 0),
    states['Waiting'] ?? 0,
  );
}

/** The configuration of a small installation, so that few jobs are many. */
const small = (jobDescription: Partial<Configuration['jobDescription']> = {}): Configuration =>
  aConfiguration({ jobDescription: { bulkAboveJobs: 5, maxJobsPerSubmission: 1000, ...jobDescription } });

describe('a bulk', () => {
  it('is answered with a range of ids before it has jobs, and has all of them in the end', async () => {
    await using world = await openJobWorld();
    const before = await world.submitOne();
    const bulk = await submit(world, 1000);
    assert.deepEqual(
      [bulk.firstJobId, bulk.jobCount, bulk.expanded, bulk.state],
      [before + 1, 1000, 0, 'Expanding'],
    );
    const after = await world.submitOne();
    assert.equal(after, bulk.firstJobId + 1000, 'its ids are nobody elses');
    await world.bulkExpansion.drain();
    const done = await world.bulks.bulk(aUser(), bulk.bulkId);
    assert.deepEqual([done.expanded, done.state, done.isSettled], [1000, 'Complete', true]);
    assert.deepEqual(await statesOf(world), { Waiting: 1002 });
  });

  it('gives its jobs to pilots with the description a submission of their own would have', async () => {
    await using world = await openJobWorld();
    const bulk = await submit(world, 700);
    await world.bulkExpansion.drain();
    const job = await world.matchOne();
    assert.equal(job.jobId, bulk.firstJobId);
    assert.match(job.jdl, /Arguments = "1";/);
    assert.match(job.jdl, new RegExp(`JobID = ${job.jobId};`));
    await world.report(job, { status: 'Running' });
    await world.report(job, { status: 'Failed' });
    const [verdict] = await world.jobs.act(aUser(), 'reschedule', [job.jobId]);
    assert.equal(verdict?.status, 'Waiting');
    assert.equal((await world.matchOne()).jobId, job.jobId);
    const last = await world.monitoring.jdl(aUser(), bulk.firstJobId + 699, 'original');
    assert.match(last, /Parameter = "700";/);
  });

  it('takes turns with others', async () => {
    await using world = await openJobWorld();
    const large = await submit(world, 20_000);
    const little = await submit(world, 600);
    const looks: Promise<boolean>[] = [];
    const isLittleFirst = async (): Promise<boolean> => {
      const [first, second] = await Promise.all(
        [little, large].map(({ bulkId }) => world.bulks.bulk(aUser(), bulkId)),
      );
      return first?.state === 'Complete' && second?.state === 'Expanding';
    };
    const stop = world.database.onCommit(() => looks.push(isLittleFirst()));
    await world.bulkExpansion.drain();
    stop();
    assert((await Promise.all(looks)).includes(true), 'the little one does not wait for the large one');
  });

  it('is checked as a whole before it is answered', async () => {
    await using world = await openJobWorld();
    const faulty = 'Executable = "/x"; Site = "%s"; Parameters = {"EGI.Demo.org", "EGI.No.where"};';
    await assert.rejects(world.bulks.submit(aUser(), { jdls: [faulty] }), { code: 'jdl.invalid' });
    await assert.rejects(submit(world, 1_000_001), { code: 'jobs.too-many' });
    await assert.rejects(world.bulks.submit(aUser({ properties: [] }), { jdls: [sweep(9)] }), {
      code: 'access.denied',
    });
    assert.deepEqual(await world.bulks.list(aUser()), []);
  });

  it('is seen and managed by those who may see and manage its jobs', async () => {
    await using world = await openJobWorld();
    const { bulkId, firstJobId } = await submit(world, 1000);
    const stranger = aUser({ userName: 'bob' });
    const foreigner = aUser({ vo: 'fermilab', group: 'fermilab_user', properties: ['JobAdministrator'] });
    for (const other of [stranger, foreigner]) {
      await assert.rejects(world.bulks.bulk(other, bulkId), { code: 'not-found' });
      await assert.rejects(world.bulks.abandon(other, bulkId), { code: 'not-found' });
      await assert.rejects(world.monitoring.job(other, firstJobId), { code: 'job.not-found' });
    }
    assert.deepEqual(await statesOf(world), {}, 'strangers make no jobs by asking');
    await assert.rejects(
      world.bulks.abandon(aUser({ userName: 'bob', properties: ['JobMonitor'] }), bulkId),
      {
        code: 'access.denied',
      },
    );
    assert.equal((await world.bulks.list(stranger)).length, 0);
    assert.equal((await world.bulks.list(aUser()))[0]?.bulkId, bulkId);
  });
});

describe('a job that is still to be made', () => {
  it('can be looked at, and its slice is made once', async () => {
    await using world = await openJobWorld();
    const bulk = await submit(world, 1000);
    const jobId = bulk.firstJobId + 600;
    const [details] = await Promise.all([
      world.monitoring.job(aUser(), jobId),
      world.monitoring.job(aUser(), jobId),
      world.monitoring.logging(aUser(), jobId + 1),
    ]);
    assert.equal(details.attributes['JobName'], 'sweep_600');
    assert.equal((await world.bulks.bulk(aUser(), bulk.bulkId)).expanded, sliceLength);
    await assertSound(world);
    await world.bulkExpansion.drain();
    await assertSound(world);
    assert.deepEqual(await statesOf(world), { Waiting: 1000 });
  });

  it('can be killed, and stays so', async () => {
    await using world = await openJobWorld();
    const bulk = await submit(world, 1000);
    const jobIds = [bulk.firstJobId, bulk.firstJobId + 999];
    const verdicts = await world.jobs.act(aUser(), 'kill', jobIds);
    assert.deepEqual(
      verdicts.map(({ status }) => status),
      ['Killed', 'Killed'],
    );
    await world.bulkExpansion.drain();
    assert.deepEqual(await statesOf(world), { Killed: 2, Waiting: 998 });
    await assertSound(world);
  });

  it('is found by a search for its id', async () => {
    await using world = await openJobWorld();
    const bulk = await submit(world, 1000);
    const jobIds = [bulk.firstJobId + 3, bulk.firstJobId + 900];
    const { rows: found } = await world.monitoring.search(aUser(), {
      parameters: ['JobID', 'Status'],
      search: [{ parameter: 'JobID', operator: 'in', values: jobIds }],
      sort: [],
      page: 1,
      perPage: 10,
    });
    assert.deepEqual(
      found.map((row) => row['JobID']),
      jobIds,
    );
  });
});

describe('a bulk that asks for confirmation', () => {
  it('starts nothing before, and everything after', async () => {
    await using world = await openJobWorld();
    const bulk = await submit(world, 600, { confirm: true });
    await world.bulkExpansion.drain();
    assert.deepEqual(await statesOf(world), {});
    const held = await world.monitoring.job(aUser(), bulk.firstJobId + 5);
    assert.deepEqual(
      [held.attributes['Status'], held.attributes['MinorStatus']],
      ['Submitting', 'Bulk transaction confirmation'],
    );
    await assertSound(world);
    await world.bulks.confirm(aUser(), bulk.bulkId);
    assert.equal((await world.bulks.confirm(aUser(), bulk.bulkId)).state, 'Expanding', 'twice is harmless');
    await world.bulkExpansion.drain();
    assert.deepEqual(await statesOf(world), { Waiting: 600 });
    await assertSound(world);
    const log = await world.monitoring.logging(aUser(), bulk.firstJobId + 5);
    assert.deepEqual(
      log.map(({ minorStatus, status }) => `${status}/${minorStatus}`),
      [
        'Submitting/Bulk transaction confirmation',
        'Received/Job accepted',
        'Checking/JobSanity',
        'Checking/JobScheduling',
        'Waiting/Pilot Agent Submission',
      ],
    );
  });

  it('never starts when nobody confirms in time, and says why', async () => {
    await using world = await openJobWorld();
    const bulk = await submit(world, 600, { confirm: true });
    await world.monitoring.job(aUser(), bulk.firstJobId);
    world.clock.advanceS(301);
    await world.bulkExpansion.drain();
    const after = await world.bulks.bulk(aUser(), bulk.bulkId);
    assert.deepEqual([after.state, after.reason], ['Abandoned', 'Bulk submission not confirmed']);
    assert.equal(after.isSettled, true);
    await assert.rejects(world.bulks.confirm(aUser(), bulk.bulkId), { code: 'conflict' });
    for (const jobId of [bulk.firstJobId, bulk.firstJobId + 599]) {
      const { attributes } = await world.monitoring.job(aUser(), jobId);
      assert.deepEqual(
        [attributes['Status'], attributes['MinorStatus']],
        ['Killed', 'Bulk submission not confirmed'],
      );
    }
    await assertSound(world);
  });

  it('cannot be confirmed after its time even when no agent looked yet', async () => {
    await using world = await openJobWorld();
    const bulk = await submit(world, 600, { confirm: true });
    world.clock.advanceS(301);
    await assert.rejects(world.bulks.confirm(aUser(), bulk.bulkId), { code: 'conflict' });
    assert.equal((await world.bulks.bulk(aUser(), bulk.bulkId)).state, 'Abandoned');
  });
});

describe('an abandoned bulk', () => {
  it('starts nothing more, ends what waits and runs, and keeps what ended', async () => {
    await using world = await openJobWorld();
    const bulk = await submit(world, 2000);
    await world.jobs.act(aUser(), 'kill', [bulk.firstJobId + 1900]);
    await world.monitoring.job(aUser(), bulk.firstJobId);
    const finished = await world.matchOne();
    await world.report(finished, { status: 'Running' });
    await world.report(finished, { status: 'Done' });
    const running = await world.matchOne();
    await world.report(running, { status: 'Running' });
    await world.bulks.abandon(aUser(), bulk.bulkId);
    assert.equal((await world.bulks.abandon(aUser(), bulk.bulkId)).state, 'Abandoned', 'twice is harmless');
    await world.bulkExpansion.drain();
    assert.deepEqual(await statesOf(world), {
      Done: 1,
      Killed: sliceLength + (2000 % sliceLength) - 1,
    });
    const { commands } = await world.stateUpdate.heartbeat(aPilot(), [], []);
    assert.deepEqual(
      commands.map(({ jobId }) => jobId),
      [running.jobId],
    );
    const { attributes } = await world.monitoring.job(aUser(), bulk.firstJobId + 1000);
    assert.equal(attributes['Status'], 'Killed');
    await assertSound(world);
    assert.equal((await world.bulks.bulk(aUser(), bulk.bulkId)).isSettled, true);
  });

  it('may be complete already', async () => {
    await using world = await openJobWorld();
    const bulk = await submit(world, 600);
    await world.bulkExpansion.drain();
    await world.bulks.abandon(aUser(), bulk.bulkId);
    await world.bulkExpansion.drain();
    assert.deepEqual(await statesOf(world), { Killed: 600 });
    await assertSound(world);
  });
});

describe('a bulk with input data', () => {
  const jdls = ['Executable = "/x"; InputData = {"LFN:/biomed/f%n"}; Parameters = 300;'];
  const optimizerPorts = { inputDataSites: async () => new Map() };

  it('stops at the step that looks for the data, as its jobs would alone', async () => {
    await using world = await openJobWorld({ parts: { optimizerPorts } });
    const alone = await world.submitOne('Executable = "/x"; InputData = {"LFN:/biomed/f"};');
    const state = async (jobId: number) => {
      const { attributes } = await world.monitoring.job(aUser(), jobId);
      return `${String(attributes['Status'])}/${String(attributes['MinorStatus'])}`;
    };
    const expected = await state(alone);
    const bulk = await world.bulks.submit(aUser(), { jdls });
    const held = await world.bulks.submit(aUser(), { jdls, confirm: true });
    await world.monitoring.job(aUser(), held.firstJobId);
    await world.bulks.confirm(aUser(), held.bulkId);
    await world.bulkExpansion.drain();
    for (const { firstJobId } of [bulk, held]) {
      assert.equal(await state(firstJobId + 1), expected);
      assert.equal(await state(firstJobId + 299), expected);
    }
    assert.equal(expected, 'Checking/InputData');
    await assertSound(world, 1);
  });
});

describe('a request key', () => {
  it('makes a repetition return the first bulk, also at the same moment', async () => {
    await using world = await openJobWorld();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => submit(world, 700, { requestKey: 'key-of-a-sweep' })),
    );
    assert.equal(new Set(answers.map(({ bulkId }) => bulkId)).size, 1);
    assert.equal(await world.submitOne(), 701, 'no ids were lost on repetitions');
    await assert.rejects(submit(world, 701, { requestKey: 'key-of-a-sweep' }), { code: 'conflict' });
    await assert.rejects(submit(world, 700, { requestKey: 'key-of-a-sweep', confirm: true }), {
      code: 'conflict',
    });
  });

  it('returns the first bulk, with its warnings, when proxy and limits have changed since', async () => {
    let values = small();
    let hasProxy = true;
    await using world = await openJobWorld({
      parts: {
        configuration: { current: () => ({ version: 't', loadedAtMs: 0, values }) },
        requireProxy: async () => {
          if (!hasProxy) throw new WmsError('proxy.expired', 'Your proxy has ended.');
        },
      },
    });
    const request = { jdls: [sweep(20, 'Priorty = 3;')], requestKey: 'key-of-a-sweep' };
    const first = await world.bulks.submit(aUser(), request);
    assert.equal(first.warnings[0]?.attribute, 'Priorty');
    hasProxy = false;
    values = small({ maxJobsPerBulk: 10, maxJobsPerSubmission: 10 });
    assert.deepEqual(await world.bulks.submit(aUser(), request), first);
    await assert.rejects(submit(world, 5, { requestKey: 'another-key' }), { code: 'proxy.expired' });
  });

  it('returns the same ids from the door of plain submissions, whatever the limits are now', async () => {
    const configuration = { values: small() };
    await using world = await openJobWorld({
      parts: { configuration: { current: () => ({ version: 't', loadedAtMs: 0, ...configuration }) } },
    });
    const request = { jdls: [sweep(20)], requestKey: 'key-of-a-sweep' };
    const first = await world.jobs.submit(aUser(), request);
    configuration.values = small({ bulkAboveJobs: 100 });
    assert.deepEqual(await world.jobs.submit(aUser(), request), first);
    await assert.rejects(world.jobs.submit(aUser(), { ...request, jdls: [sweep(21)] }), { code: 'conflict' });
  });
});

describe('the door of plain submissions', () => {
  it('answers a large sweep with one entry a job and makes them afterwards', async () => {
    await using world = await openJobWorld({ configuration: small() });
    const jobs = await world.jobs.submit(aUser(), { jdls: [sweep(300)] });
    assert.deepEqual(
      [jobs.length, jobs[0]?.jobId, jobs[299]?.jobId, jobs[0]?.status],
      [300, 1, 300, 'Received'],
    );
    await world.bulkExpansion.drain();
    assert.deepEqual(await statesOf(world), { Waiting: 300 });
  });

  it('names the other door to those who want more', async () => {
    await using world = await openJobWorld({ configuration: small() });
    await assert.rejects(world.jobs.submit(aUser(), { jdls: [sweep(1001)] }), {
      code: 'jobs.too-many',
      message: /at most 1000 jobs, not 1001; send more to POST \/bff\/bulks/,
    });
  });

  it('stores many descriptions once, whose jobs differ in everything', async () => {
    await using world = await openJobWorld({ configuration: small() });
    const jdls = Array.from(
      { length: 40 },
      (_, n) => `Executable = "/bin/job${n}"; CPUTime = ${1000 * (n + 1)};`,
    );
    const jobs = await world.jobs.submit(aUser(), { jdls });
    await world.bulkExpansion.drain();
    assert.equal(await world.monitoring.jdl(aUser(), jobs[17]?.jobId ?? 0, 'original'), jdls[17]);
    assert.match(await world.monitoring.jdl(aUser(), jobs[39]?.jobId ?? 0, 'processed'), /CPUTime = 40000;/);
    await assertSound(world);
    const broken = [...jdls, 'Executable = "run.sh";'];
    await assert.rejects(world.jobs.submit(aUser(), { jdls: broken }), {
      code: 'jdl.invalid',
      message: /^Description 41: line 1/,
    });
  });

  it('stores jobs one by one when each has a sandbox of its own', async () => {
    const assigned: (readonly string[])[] = [];
    await using world = await openJobWorld({
      configuration: small(),
      parts: {
        // oxlint-disable-next-line require-yield -- notes only
        *assignInputSandboxes(_owner, _jobIds, pfns) {
          assigned.push(pfns);
          return 0;
        },
      },
    });
    const jdl = 'Executable = "run.sh"; InputSandbox = {"SB:box%n"}; Parameters = 8;';
    await world.jobs.submit(aUser(), { jdls: [jdl] });
    assert.equal(assigned.length, 8);
    assert.deepEqual(await world.bulks.list(aUser()), []);
  });
});

test('a core that starts finds what is left to make', async () => {
  await using world = await openJobWorld();
  await submit(world, 3000);
  const { promise, resolve } = Promise.withResolvers<void>();
  world.database.onCommit(() => {
    void statesOf(world).then(({ Waiting = 0 }) => Waiting === 3000 && resolve());
  });
  world.bulkExpansion.start();
  await promise;
  await world.bulkExpansion.stop();
  await assertSound(world);
});
