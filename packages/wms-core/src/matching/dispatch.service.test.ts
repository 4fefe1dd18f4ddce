import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunningLimit } from '../configuration/schema.ts';
import { one } from '../db/database.ts';
import type { UserPrincipal } from '../identity/principal.ts';
import { systemClock } from '../kernel/clock.ts';
import { aConfiguration, anOffer, aPilot, aUser, configurationHolder } from '../testing/builders.ts';
import { helloWorld, openJobWorld } from '../testing/job-world.ts';
import { createJobCore } from '../job-core.ts';
import { findDecisions } from './decision.store.ts';
import { replays, type MatchDecision } from './draw.ts';
import { limitKey, RunningLimits } from './running-limits.ts';

const worldWith = (limits: readonly RunningLimit[]) =>
  openJobWorld({ configuration: aConfiguration({ scheduling: { limits: [...limits] } }) });

type World = Awaited<ReturnType<typeof worldWith>>;

const pilotAt = (number: number, site = 'EGI.Demo.org') =>
  aPilot({ stamp: String(number).padStart(32, '0'), site });

/** Jobs that come out when so many pilots ask at once. */
async function matchAtOnce(world: World, pilots: number, site?: string) {
  const answers = await Promise.all(
    Array.from({ length: pilots }, (_, number) => world.matcher.match(pilotAt(number, site), anOffer(), 0)),
  );
  return answers.flatMap((answer, number) =>
    answer.kind === 'match' ? [{ pilot: pilotAt(number, site), ...answer.job }] : [],
  );
}

const submit = (world: World, jobs: number, extra = '') =>
  world.jobs.submit(aUser(), {
    jdls: Array.from({ length: jobs }, () => helloWorld.replace(']', `${extra} ]`)),
  });

const counted = (world: World) =>
  world.database.read(() => one<{ running: number }>('select running from running_limits'));

test('no more jobs run than a limit allows, also when many pilots ask at once', async () => {
  await using world = await worldWith([{ site: 'EGI.Demo.org', maxRunning: 3 }]);
  await submit(world, 10);
  const held = await matchAtOnce(world, 10);
  assert.equal(held.length, 3);
  assert.deepEqual(await counted(world), { running: 3 });
  const [first] = held;
  await world.report(first!, { status: 'Running' }, first!.pilot);
  await world.report(first!, { status: 'Failed' }, first!.pilot);
  assert.deepEqual(await counted(world), { running: 2 });
  assert.equal((await matchAtOnce(world, 10)).length, 1);
});

test('a pilot that waits hears of a place that becomes free', async () => {
  await using world = await worldWith([{ site: 'EGI.Demo.org', maxRunning: 1 }]);
  await submit(world, 2);
  const [first] = await matchAtOnce(world, 1);
  const waiting = world.matcher.match(pilotAt(7), anOffer(), 60_000);
  await world.report(first!, { status: 'Running' }, first!.pilot);
  await world.report(first!, { status: 'Failed' }, first!.pilot);
  assert.equal((await waiting).kind, 'match');
});

test('a limit holds where it applies, for whom it applies', async () => {
  await using world = await worldWith([{ site: 'EGI.Demo.org', jobType: 'Test', maxRunning: 0 }]);
  await submit(world, 1, 'JobType = "Test";');
  await submit(world, 1);
  const here = await matchAtOnce(world, 5);
  assert.deepEqual(
    here.map(({ jdl }) => jdl.includes('"Test"')),
    [false],
  );
  assert.equal((await matchAtOnce(world, 5, 'EGI.Other.org')).length, 1);
});

test(
  'a pilot that waits gets a job when the time between two starts is over',
  { timeout: 20_000 },
  async () => {
    const scheduling = { limits: [{ site: 'EGI.Demo.org', minIntervalS: 0.2 }] };
    const configuration = aConfiguration({ scheduling });
    await using world = await openJobWorld({ configuration, parts: { clock: systemClock } });
    await submit(world, 2);
    assert.equal((await matchAtOnce(world, 1)).length, 1);
    assert.equal((await world.matcher.match(pilotAt(7), anOffer(), 60_000)).kind, 'match');
  },
);

test('only intervals that run at a place, and are not over, are waited for', () => {
  const here = { site: 'A', computingElement: 'ce' };
  const slow = { site: 'A', vo: 'biomed', minIntervalS: 10 };
  const quick = { site: 'A', vo: 'fermilab', minIntervalS: 3 };
  const limits = new RunningLimits(() => [slow, quick, { site: 'A', maxRunning: 1 }]);
  assert.equal(limits.nextIntervalEndMs(here, 0), Infinity);
  for (const limit of [slow, quick]) limits.changed(limitKey(limit), 1, 1000);
  assert.equal(limits.nextIntervalEndMs(here, 2000), 2000);
  assert.equal(limits.nextIntervalEndMs(here, 4000), 7000);
  assert.equal(limits.nextIntervalEndMs(here, 11_000), Infinity);
  assert.equal(limits.nextIntervalEndMs({ ...here, site: 'B' }, 2000), Infinity);
});

test('of two limits the tighter one holds, and neither counts what the other refuses', async () => {
  await using world = await worldWith([
    { site: 'EGI.Demo.org', maxRunning: 5 },
    { vo: 'biomed', maxRunning: 2 },
  ]);
  await submit(world, 6);
  assert.equal((await matchAtOnce(world, 6)).length, 2);
  const total = await world.database.read(() =>
    one<{ n: number }>('select cast(sum(running) as bigint) as n from running_limits'),
  );
  assert.equal(total?.n, 4);
});

test('between two starts lies the time that a limit asks for', async () => {
  await using world = await worldWith([{ site: 'EGI.Demo.org', minIntervalS: 10 }]);
  await submit(world, 3);
  assert.equal((await matchAtOnce(world, 3)).length, 1);
  world.clock.advanceS(9);
  assert.equal((await matchAtOnce(world, 3)).length, 0);
  world.clock.advanceS(1);
  assert.equal((await matchAtOnce(world, 3)).length, 1);
});

test('a limit that is new counts what runs already; one that is gone is forgotten', async () => {
  await using world = await worldWith([]);
  await submit(world, 5);
  const held = await matchAtOnce(world, 2);
  const limits = [{ site: 'EGI.Demo.org', maxRunning: 3 }];
  const configuration = configurationHolder(aConfiguration({ scheduling: { limits } }));
  const later = await createJobCore({ ...world.parts, configuration });
  assert.deepEqual(await counted(world), { running: 2 });
  const answers = await Promise.all(
    [7, 8, 9].map((number) => later.matcher.match(pilotAt(number), anOffer(), 0)),
  );
  assert.equal(answers.filter(({ kind }) => kind === 'match').length, 1);
  await world.report(held[0]!, { status: 'Running' }, held[0]!.pilot);
  await world.report(held[0]!, { status: 'Failed' }, held[0]!.pilot);
  assert.deepEqual(await counted(world), { running: 2 });
  await createJobCore(world.parts);
  assert.equal(await counted(world), undefined);
});

/** Normalised CPU seconds that the matcher holds against the owner of all jobs here. */
const usedS = ({ clock, ledger }: World): number => {
  const owner = { vo: 'biomed', ownerGroup: 'biomed_user', owner: 'ada' };
  return Math.round(ledger.now(ledger.owner(owner), clock.nowMs()));
};

test('what was drawn and not got charges nobody', async () => {
  await using world = await worldWith([{ site: 'EGI.Demo.org', maxRunning: 3 }]);
  await submit(world, 10, 'CPUTime = 3600;');
  assert.equal((await matchAtOnce(world, 10)).length, 3);
  assert.equal(usedS(world), 3 * 3600);
});

test('a match charges what the job asked for, its end what it took', async () => {
  await using world = await worldWith([]);
  await world.submitOne('[ Executable = "/bin/true"; CPUTime = 3600; NumberOfProcessors = 2; ]');
  const job = await world.matchOne();
  assert.equal(usedS(world), 7200);
  world.clock.advanceS(100);
  await world.report(job, { status: 'Running' });
  await world.report(job, { status: 'Failed' });
  assert.equal(usedS(world), 200);
  const again = await createJobCore(world.parts);
  assert.equal(
    Math.round(again.ledger.now(again.ledger.vo('biomed'), world.clock.nowMs())),
    200,
    'what is stored says the same',
  );
});

test('a rescheduled attempt gives back its place and is charged for what it took', async () => {
  await using world = await worldWith([{ site: 'EGI.Demo.org', maxRunning: 1 }]);
  await world.submitOne();
  const job = await world.matchOne();
  await world.report(job, { reschedule: true });
  assert.deepEqual(await counted(world), { running: 0 });
  assert.equal((await world.matchOne()).attempt, 2);
  assert.deepEqual(await counted(world), { running: 1 });
});

test('the record of a match says who competed, and draws the same again', async () => {
  await using world = await worldWith([]);
  for (const userName of ['ada', 'bob', 'eve']) await world.submitOne(helloWorld, aUser({ userName }));
  const { jobId } = await world.matchOne();
  const [decision] = await world.database.read(() => findDecisions(jobId));
  const record = JSON.parse(decision!.record) as MatchDecision;
  assert.deepEqual(
    record.levels.map(({ level, lots }) => [level, lots.map(([name]) => name)]),
    [['owner', ['ada', 'bob', 'eve']]],
  );
  assert.ok(replays(record));
});

test('the record of a match names other owners only to those who may see their jobs', async () => {
  await using world = await openJobWorld({ parts: { random: () => 0 } });
  for (const userName of ['ada', 'bob']) await world.submitOne(helloWorld, aUser({ userName }));
  const { jobId, owner } = await world.matchOne();
  assert.equal(owner, 'ada');
  const namesFor = async (user: UserPrincipal) =>
    (await world.monitoring.decisions(user, jobId)).flatMap(({ levels }) =>
      levels.flatMap(({ lots }) => lots.map(([name]) => name)),
    );
  assert.deepEqual(await namesFor(aUser()), ['ada', 'another']);
  const administrator = aUser({ userName: 'root', properties: ['JobAdministrator'] });
  assert.deepEqual(await namesFor(administrator), ['ada', 'bob']);
  await assert.rejects(namesFor(aUser({ userName: 'bob' })), { code: 'job.not-found' });
  await assert.rejects(namesFor(aUser({ vo: 'fermilab' })), { code: 'job.not-found' });
});

test('nor does it name those for whom the batch queue is reserved', async () => {
  const reserved = { users: ['ada', 'mallory'], groups: ['biomed_user', 'fermilab_user'] };
  const local = { type: 'Local', queues: { default: reserved } };
  await using world = await openJobWorld({
    configuration: aConfiguration({ sites: { 'EGI.Demo.org': { computingElements: { local } } } }),
  });
  await world.submitOne();
  const { jobId } = await world.matchOne();
  const toldTo = async (user: UserPrincipal) => JSON.stringify(await world.monitoring.decisions(user, jobId));
  // They may be of any VO, so an administrator of this one learns no more.
  for (const properties of [['NormalUser'], ['JobAdministrator', 'NormalUser']] as const) {
    const told = await toldTo(aUser({ properties: [...properties] }));
    assert.ok(!/mallory|fermilab/.test(told), told);
    assert.match(told, /"ownerGroups":\["biomed_user","another"\],"owners":\["ada","another"\]/);
  }
  const operator = aUser({ userName: 'root', properties: ['JobAdministrator', 'Operator'] });
  assert.match(await toldTo(operator), /fermilab_user.*mallory/);
});
