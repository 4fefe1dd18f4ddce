import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aConfiguration, anOffer, aPilot, aUser } from '../testing/builders.ts';
import { openJobWorld, type JobWorld } from '../testing/job-world.ts';
import type { SearchCondition, SearchQuery } from './job-search.ts';

const bob = aUser({ userName: 'bob' });
const stranger = aUser({ userName: 'eve', group: 'biomed_shared', properties: ['NormalUser', 'JobSharing'] });
const administrator = aUser({ userName: 'root', group: 'biomed_admin', properties: ['JobAdministrator'] });
const foreigner = aUser({ vo: 'fermilab', group: 'fermilab_user', properties: ['JobAdministrator'] });

const query = (fields: Partial<SearchQuery> = {}): SearchQuery => ({
  search: [],
  sort: [],
  page: 1,
  perPage: 100,
  ...fields,
});

const named = (name: string) => `Executable = "/bin/true"; JobName = "${name}";`;

async function idsFor(world: JobWorld, user = aUser(), fields: Partial<SearchQuery> = {}) {
  const { rows } = await world.monitoring.search(user, query(fields));
  return rows.map((row) => row['JobID']);
}

const found = (world: JobWorld, ...search: readonly SearchCondition[]) => idsFor(world, aUser(), { search });

test('everybody finds the jobs of his circle and never those of another VO', async () => {
  await using world = await openJobWorld();
  const own = await world.submitOne();
  const others = await world.submitOne(undefined, bob);
  assert.deepEqual(await idsFor(world), [own]);
  assert.deepEqual(await idsFor(world, stranger), []);
  assert.deepEqual(await idsFor(world, administrator), [own, others]);
  assert.deepEqual(await idsFor(world, foreigner), []);
  await assert.rejects(world.monitoring.jdl(bob, own, 'original'), { code: 'job.not-found' });
  await assert.rejects(world.monitoring.peek(foreigner, own), { code: 'job.not-found' });
});

test('the configuration may open a group, or rows of the VO', async () => {
  for (const [jobVisibility, expected] of [
    ['group', 2],
    ['vo', 3],
  ] as const) {
    await using world = await openJobWorld({ configuration: aConfiguration({ jobVisibility }) });
    await world.submitOne();
    await world.submitOne(undefined, bob);
    await world.submitOne(undefined, stranger);
    assert.equal((await idsFor(world)).length, expected);
  }
});

test('conditions of every kind select, and all must hold', async () => {
  await using world = await openJobWorld();
  const first = await world.submitOne(named('alpha'));
  world.clock.advanceS(86_400);
  const second = await world.submitOne(named('beta'));
  await world.jobs.act(aUser(), 'kill', [second]);
  assert.deepEqual(await found(world, { parameter: 'JobName', operator: 'eq', value: 'alpha' }), [first]);
  assert.deepEqual(await found(world, { parameter: 'JobName', operator: 'like', value: '%ET%' }), [second]);
  assert.deepEqual(await found(world, { parameter: 'Status', operator: 'in', values: ['Killed', 'Done'] }), [
    second,
  ]);
  assert.deepEqual(await found(world, { parameter: 'JobID', operator: 'gt', value: first }), [second]);
  assert.deepEqual(await found(world, { parameter: 'SubmissionTime', operator: 'eq', value: '2026-01-01' }), [
    first,
  ]);
  assert.deepEqual(await found(world, { parameter: 'SubmissionTime', operator: 'gt', value: '2026-01-01' }), [
    second,
  ]);
  assert.deepEqual(await found(world, { parameter: 'EndExecTime', operator: 'neq', value: '2020' }), [
    first,
    second,
  ]);
  assert.deepEqual(
    await found(
      world,
      { parameter: 'Status', operator: 'eq', value: 'Killed' },
      { parameter: 'JobName', operator: 'eq', value: 'alpha' },
    ),
    [],
  );
  await assert.rejects(found(world, { parameter: 'Password', operator: 'eq', value: 1 }), {
    code: 'input.invalid',
  });
});

test('pages are cut from a total order, with the total of all', async () => {
  await using world = await openJobWorld();
  await world.jobs.submit(aUser(), { jdls: ['Executable = "/bin/true"; Parameters = 7;'] });
  const sort = [{ parameter: 'Status', direction: 'desc' }] as const;
  const { rows, total } = await world.monitoring.search(aUser(), query({ sort, page: 2, perPage: 3 }));
  assert.deepEqual(
    rows.map((row) => row['JobID']),
    [4, 3, 2],
  );
  assert.equal(total, 7);
  assert.deepEqual((await world.monitoring.search(aUser(), query({ page: 9, perPage: 3 }))).rows, []);
});

test('values that no job can have select nothing and break nothing', async () => {
  await using world = await openJobWorld();
  const jobId = await world.submitOne();
  assert.deepEqual(await found(world, { parameter: 'JobID', operator: 'eq', value: 1e19 }), []);
  assert.deepEqual(await found(world, { parameter: 'UserPriority', operator: 'eq', value: 2 ** 40 }), []);
  assert.deepEqual(await found(world, { parameter: 'JobID', operator: 'gt', value: jobId - 0.5 }), [jobId]);
  assert.deepEqual(await found(world, { parameter: 'JobName', operator: 'like', value: 'Hello\\' }), []);
});

test('jobs without a time come first when times go up, last when they go down', async () => {
  await using world = await openJobWorld();
  const waiting = await world.submitOne();
  const job = await world.matchOne();
  await world.report(job, { status: 'Running' });
  const other = await world.submitOne();
  const sorted = async (direction: 'asc' | 'desc') => {
    const sort = [{ parameter: 'StartExecTime', direction }] as const;
    const { rows } = await world.monitoring.search(aUser(), query({ sort }));
    return rows.map((row) => row['JobID']);
  };
  assert.deepEqual(await sorted('asc'), [other, waiting]);
  assert.deepEqual(await sorted('desc'), [waiting, other]);
});

test('distinct rows collapse, asked-for columns come in the order of the catalogue', async () => {
  await using world = await openJobWorld();
  await world.jobs.submit(aUser(), { jdls: ['Executable = "/bin/true"; Parameters = 3;'] });
  const answer = await world.monitoring.search(
    aUser(),
    query({ parameters: ['Status', 'Site'], distinct: true }),
  );
  assert.deepEqual(answer, { rows: [{ Site: 'ANY', Status: 'Waiting' }], total: 1 });
});

test('LoggingInfo comes with the rows, jobs of a pilot are found by its stamp', async () => {
  await using world = await openJobWorld();
  const jobId = await world.submitOne();
  await world.submitOne();
  await world.matchOne();
  const search: readonly SearchCondition[] = [
    { parameter: 'PilotStamp', operator: 'eq', value: aPilot().stamp },
  ];
  const { rows } = await world.monitoring.search(
    aUser(),
    query({ search, parameters: ['Status', 'LoggingInfo'] }),
  );
  const log = rows[0]?.['LoggingInfo'] as readonly { Status: string; StatusTime: string }[];
  assert.equal(rows.length, 1);
  assert.deepEqual([log[0]?.Status, log.at(-1)?.Status], ['Received', 'Matched']);
  assert.equal(log[0]?.StatusTime, '2026-01-01T00:00:00.000Z');
  assert.deepEqual(await found(world, { parameter: 'PilotStamp', operator: 'in', values: ['none'] }), []);
  await assert.rejects(found(world, ...search, { parameter: 'JobID', operator: 'eq', value: jobId }), {
    code: 'input.invalid',
  });
});

test('every pilot that had a job is found from it, the newest first', async () => {
  await using world = await openJobWorld();
  const jobId = await world.submitOne();
  const stamps = ['a', 'b'].map((letter) => letter.repeat(32));
  for (const [index, stamp] of stamps.entries()) {
    const pilot = aPilot({ stamp });
    await world.matcher.match(pilot, anOffer(), 0);
    if (index === 0)
      await world.stateUpdate.report(pilot, [{ jobId, attempt: 1, atMs: 1, reschedule: true }]);
  }
  const { attempts, pilotStamp } = await world.monitoring.job(aUser(), jobId);
  assert.equal(pilotStamp, stamps[1]);
  assert.deepEqual(
    attempts.map((one) => [one.attempt, one.pilotStamp, one.site]),
    [
      [2, stamps[1], aPilot().site],
      [1, stamps[0], aPilot().site],
    ],
  );
});

test('a summary from the counters equals one from the rows', async () => {
  await using world = await openJobWorld();
  await world.jobs.submit(aUser(), { jdls: ['Executable = "/bin/true"; Parameters = 5;'] });
  await world.matchOne();
  await world.jobs.act(aUser(), 'kill', [2]);
  assert.deepEqual(await world.monitoring.summary(aUser(), ['Status'], []), [
    { Status: 'Killed', count: 1 },
    { Status: 'Matched', count: 1 },
    { Status: 'Waiting', count: 3 },
  ]);
  assert.deepEqual(await world.monitoring.summary(aUser(), ['Status', 'MinorStatus'], []), [
    { Status: 'Killed', MinorStatus: 'Marked for termination', count: 1 },
    { Status: 'Matched', MinorStatus: 'Assigned', count: 1 },
    { Status: 'Waiting', MinorStatus: 'Pilot Agent Submission', count: 3 },
  ]);
  assert.deepEqual(await world.monitoring.summary(bob, ['Status'], []), []);
});

test('summaries by any attribute are the same whether counters answer or a scan of the jobs', async () => {
  await using world = await openJobWorld();
  for (const jobType of ['User', 'Test'])
    for (const jobGroup of ['x', 'y', 'x'])
      await world.submitOne(`Executable = "/bin/true"; JobType = "${jobType}"; JobGroup = "${jobGroup}";`);
  await world.report(await world.matchOne(), { status: 'Running', minorStatus: 'Application' });
  await world.jobs.act(aUser(), 'kill', [3, 4]);
  await world.jobs.act(aUser(), 'reschedule', [4]);
  const scan: SearchCondition = { parameter: 'JobID', operator: 'gt', value: 0 };
  const waiting: SearchCondition = { parameter: 'Status', operator: 'eq', value: 'Waiting' };
  for (const grouping of [['JobType'], ['JobGroup', 'Status'], ['MinorStatus'], ['Site', 'JobType', 'Owner']])
    for (const search of [[], [waiting]]) {
      const counted = await world.monitoring.summary(aUser(), grouping, search);
      assert.deepEqual(counted, await world.monitoring.summary(aUser(), grouping, [...search, scan]));
      assert(counted.length > 0);
    }
});

test('what may be done with a job is said with the reason why not', async () => {
  await using world = await openJobWorld({ configuration: aConfiguration({ jobVisibility: 'vo' }) });
  const jobId = await world.submitOne();
  await world.jobs.act(aUser(), 'kill', [jobId]);
  const { actions } = await world.monitoring.job(aUser(), jobId);
  assert.deepEqual(actions, {
    kill: { allowed: false, reason: 'The job is Killed already.' },
    delete: { allowed: true },
    reschedule: { allowed: true },
    reset: { allowed: false, reason: 'Only administrators of the VO may reset jobs.' },
    remove: { allowed: true },
  });
  assert.deepEqual((await world.monitoring.job(bob, jobId)).actions.delete, {
    allowed: false,
    reason: 'The job belongs to ada.',
  });
});
