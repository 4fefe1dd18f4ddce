/** Reports add up, and show nobody what is not his to see. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UserPrincipal } from '../identity/principal.ts';
import { anOffer, aPilot, aUser, configurationHolder } from '../testing/builders.ts';
import { openJobWorld, type JobWorld } from '../testing/job-world.ts';
import type { AccountingReportRequest, AccountingSeries } from '../use-cases.ts';
import { createAccountingReports } from './accounting-report.service.ts';
import { addJobRecord, addPilotRecord } from './accounting-records.store.ts';

const people = {
  ada: aUser(),
  bob: aUser({ userName: 'bob' }),
  eve: aUser({ userName: 'eve', group: 'biomed_shared', properties: ['NormalUser', 'JobSharing'] }),
  fay: aUser({ userName: 'fay', vo: 'fermilab', group: 'fermilab_user' }),
};

/** Each of them ran one job; CPU time tells whose it was. */
async function openUsedWorld(): Promise<JobWorld> {
  const world = await openJobWorld();
  try {
    for (const [index, user] of Object.values(people).entries()) await runOne(world, user, 10 ** index);
    return world;
  } catch (error) {
    await world[Symbol.asyncDispose]();
    throw error;
  }
}

async function runOne(world: JobWorld, user: UserPrincipal, cpuTimeS: number): Promise<void> {
  await world.submitOne(undefined, user);
  const pilot = aPilot({ vo: user.vo });
  const answer = await world.matcher.match(pilot, anOffer({ vo: user.vo }), 0);
  assert(answer.kind === 'match');
  await world.report(answer.job, { status: 'Running' }, pilot);
  world.clock.advanceS(100);
  await world.report(
    answer.job,
    { status: 'Done', parameters: { 'TotalCPUTime(s)': String(cpuTimeS) } },
    pilot,
  );
}

function ask(world: JobWorld, principal: UserPrincipal, request: Partial<AccountingReportRequest> = {}) {
  const toMs = world.clock.nowMs();
  return createAccountingReports({ ...world, configuration: configurationHolder() }).report(principal, {
    type: 'Job',
    fromMs: toMs - 3_600_000,
    toMs,
    conditions: [],
    value: 'CPUTime',
    ...request,
  });
}

const totals = (series: readonly AccountingSeries[]) =>
  Object.fromEntries(series.map(({ group, total }) => [group, total]));

test('each sees his own part; groups that share see their group, those who account see the VO, nobody another VO', async () => {
  await using world = await openUsedWorld();
  const seenBy = async (principal: UserPrincipal) =>
    totals((await ask(world, principal, { grouping: 'User' })).series);
  assert.deepEqual(await seenBy(people.ada), { ada: 1 });
  assert.deepEqual(await seenBy(people.bob), { bob: 10 });
  assert.deepEqual(await seenBy(people.eve), { eve: 100 });
  assert.deepEqual(await seenBy(people.fay), { fay: 1000 });
  const sharing = aUser({ userName: 'zoe', properties: ['NormalUser', 'JobSharing'] });
  assert.deepEqual(await seenBy(sharing), { bob: 10, ada: 1 });
  for (const property of ['AccountingMonitor', 'JobMonitor', 'JobAdministrator'] as const) {
    const monitor = aUser({ userName: 'max', properties: [property] });
    assert.deepEqual(await seenBy(monitor), { eve: 100, bob: 10, ada: 1 });
  }
  const operator = aUser({ userName: 'oto', properties: ['Operator'] });
  assert.deepEqual(await seenBy(operator), {}, 'an operator runs the service; he does not read people');
});

test('selecting another user gives nothing, not his numbers', async () => {
  await using world = await openUsedWorld();
  const { all, series } = await ask(world, people.ada, {
    conditions: [{ key: 'User', values: ['bob', 'fay'] }],
  });
  assert.equal(all.total, 0);
  assert.equal(series.length, 1);
});

test('points add up to totals, totals of groups to the total of all', async () => {
  await using world = await openUsedWorld();
  const monitor = aUser({ properties: ['AccountingMonitor'] });
  const { series, all } = await ask(world, monitor, { grouping: 'User', value: 'ExecTime' });
  assert.equal(all.total, 300);
  assert.equal(
    series.reduce((sum, { total }) => sum + (total ?? 0), 0),
    300,
  );
  for (const { points, total } of series)
    assert.equal(
      points.reduce<number>((sum, point) => sum + (point ?? 0), 0),
      total,
    );
});

test('efficiency is the quotient of sums, and nothing where nothing was used', async () => {
  await using world = await openUsedWorld();
  const monitor = aUser({ properties: ['AccountingMonitor'] });
  const { all } = await ask(world, monitor, { value: 'CPUEfficiency' });
  assert.equal(all.total, 111 / 300);
  const none = await ask(world, monitor, {
    value: 'CPUEfficiency',
    conditions: [{ key: 'Site', values: ['EGI.Nowhere.org'] }],
  });
  assert.equal(none.all.total, null);
});

test('labels of jobs are keys like others: groups, conditions, and no way around what is visible', async () => {
  await using world = await openUsedWorld();
  const ofLabel = { grouping: 'ProcessingType', conditions: [{ key: 'JobClass', values: ['Single'] }] };
  assert.deepEqual(totals((await ask(world, people.ada, ofLabel)).series), { Unknown: 1 });
  const monitor = aUser({ properties: ['AccountingMonitor'] });
  assert.deepEqual(totals((await ask(world, monitor, ofLabel)).series), { Unknown: 111 });
  const bandwidth = await ask(world, monitor, { value: 'ProcessingBandwidth' });
  assert.deepEqual([bandwidth.unit, bandwidth.all.total], ['B/s', 0]);
});

test('countries and grids follow from names of sites, as groups and as conditions', async () => {
  await using world = await openUsedWorld();
  const monitor = aUser({ properties: ['AccountingMonitor'] });
  assert.deepEqual(totals((await ask(world, monitor, { grouping: 'Country' })).series), { org: 111 });
  const ofGrid = (grid: string) =>
    ask(world, monitor, { grouping: 'Grid', conditions: [{ key: 'Grid', values: [grid] }] });
  assert.deepEqual(totals((await ofGrid('EGI')).series), { EGI: 111 });
  assert.deepEqual(totals((await ofGrid('LCG')).series), {});
});

test('pilots by place are for the whole VO; by name each sees his own, and cannot pick out others', async () => {
  await using world = await openJobWorld();
  const endMs = world.clock.nowMs();
  const owners = [
    ['ada', 'biomed_user'],
    ['bob', 'biomed_user'],
    ['Various', 'biomed_user'],
    ['None', 'None'],
  ] as const;
  await world.database.write(function* () {
    for (const [index, [owner, ownerGroup]] of owners.entries())
      yield* addPilotRecord(
        {
          stamp: String(index),
          vo: 'biomed',
          keys: [owner, ownerGroup, 'EGI.A.org', 'ce', 'Local', 'Done'],
          values: [1, 10 ** index, 0],
          startMs: endMs - 1000,
          endMs,
        },
        endMs,
      );
  });
  world.clock.advanceS(1);
  const pilots = (who: UserPrincipal, request: Partial<AccountingReportRequest>) =>
    ask(world, who, { type: 'Pilot', value: 'Jobs', ...request });
  assert.deepEqual(totals((await pilots(people.ada, { grouping: 'Site' })).series), { 'EGI.A.org': 1111 });
  assert.deepEqual(totals((await pilots(people.ada, { grouping: 'User' })).series), { ada: 1 });
  assert.deepEqual(totals((await pilots(people.ada, { grouping: 'UserGroup' })).series), { biomed_user: 1 });
  const bobs = { grouping: 'Site', conditions: [{ key: 'User', values: ['bob'] }] };
  assert.deepEqual(totals((await pilots(people.ada, bobs)).series), {});
  const group = { conditions: [{ key: 'UserGroup', values: ['biomed_user'] }] };
  assert.equal((await pilots(people.ada, group)).all.total, 1);
  const sharing = aUser({ userName: 'zoe', properties: ['NormalUser', 'JobSharing'] });
  assert.deepEqual(totals((await pilots(sharing, { grouping: 'User' })).series), {
    Various: 100,
    bob: 10,
    ada: 1,
  });
  const monitor = aUser({ properties: ['AccountingMonitor'] });
  assert.equal((await pilots(monitor, { grouping: 'User' })).series.length, 4);
  assert.deepEqual((await pilots(people.fay, { grouping: 'Site' })).series, []);
});

test('two hundred groups are told apart, the smallest of more are added up', async () => {
  await using world = await openJobWorld();
  const endMs = world.clock.nowMs();
  await world.database.write(function* () {
    for (let jobId = 1; jobId <= 250; jobId++)
      yield* addJobRecord(
        {
          jobId,
          attempt: 1,
          vo: 'biomed',
          keys: [
            ...['ada', 'biomed_user', `group ${jobId}`, 'User', 'Single', 'Unknown'],
            ...['EGI.A.org', 'Done', ''],
          ],
          values: [1, jobId * 1000, ...Array.from({ length: 10 }, () => 0)],
          startMs: endMs - 1000,
          endMs,
        },
        endMs,
      );
  });
  world.clock.advanceS(1);
  const { series, all } = await ask(world, people.ada, { grouping: 'JobGroup' });
  assert.equal(series.length, 200);
  assert.deepEqual([series[0]?.group, series[0]?.total], ['group 250', 250]);
  assert.deepEqual([series.at(-1)?.group, series.at(-1)?.total], ['Others', (51 * 52) / 2]);
  assert.equal(all.total, (250 * 251) / 2);
});

for (const [what, request, field] of [
  ['an unknown type', { type: 'Network' }, 'type'],
  ['an unknown value', { value: 'Money' }, 'value'],
  ['an unknown key', { grouping: 'OwnerDN' }, 'grouping'],
  ['a condition on an unknown key', { conditions: [{ key: "Site' or 1=1", values: [] }] }, 'conditions'],
  ['an end before the beginning', { fromMs: 5, toMs: 4 }, 'to'],
  ['no time at all', { fromMs: Number.NaN }, 'to'],
] as const)
  test(`${what} is told with its field`, async () => {
    await using world = await openJobWorld();
    await assert.rejects(ask(world, people.ada, request), { code: 'input.invalid', details: { field } });
  });

test('years of history fit into a thousand points', async () => {
  await using world = await openUsedWorld();
  const { all, widthMs } = await ask(world, people.ada, { fromMs: 0 });
  assert(all.points.length <= 1000);
  assert.equal(widthMs % (7 * 86_400_000), 0);
  assert(Math.abs((all.total ?? 0) - 1) < 1e-9);
});
