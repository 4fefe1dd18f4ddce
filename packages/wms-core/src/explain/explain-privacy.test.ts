/** Explanations as an attack: what somebody could learn of other people, groups and VOs by asking why his job waits. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rows } from '../db/database.ts';
import { aConfiguration, anOffer, aPilot, aUser } from '../testing/builders.ts';
import { openExplainedWorld } from '../testing/explained-world.ts';

const queue = { memoryMiB: 64_000, maxWallTimeS: 200_000, processors: 4 };
const local = (batchQueue: object) => ({ type: 'Local', queues: { default: batchQueue } });
const asking = (attributes: string): string => `Executable = "/bin/true"; ${attributes}`;
const foreignSite = {
  vos: ['fermilab'],
  computingElements: { 'ce.foreign': local({ ...queue, memoryMiB: 500_000 }) },
};
const twoSites = aConfiguration({
  sites: {
    'EGI.Demo.org': { computingElements: { local: local(queue) } },
    'EGI.Foreign.org': foreignSite,
  },
});

test('a job that is not to be seen does not exist', async () => {
  await using it = await openExplainedWorld(twoSites);
  const jobId = await it.world.submitOne();
  for (const stranger of [
    aUser({ userName: 'bob' }),
    aUser({ vo: 'fermilab', group: 'fermilab_user' }),
    aUser({ userName: 'eve', vo: 'fermilab', properties: ['JobAdministrator'] }),
  ])
    await assert.rejects(it.explain.job(stranger, jobId), { code: 'job.not-found' });
  await assert.rejects(it.explain.job(aUser(), 999), { code: 'job.not-found' });
  const administrator = aUser({ userName: 'adm', properties: ['JobAdministrator'] });
  assert.equal((await it.explain.job(administrator, jobId)).jobId, jobId);
});

test('a batch queue that is reserved for users says so without their names', async () => {
  const reserved = local({ ...queue, users: ['eve', 'mallory'] });
  await using it = await openExplainedWorld(
    aConfiguration({ sites: { 'EGI.Demo.org': { computingElements: { local: reserved } } } }),
  );
  const jobId = await it.world.submitOne(asking(''));
  const text = JSON.stringify(await it.explain.job(aUser(), jobId));
  assert.match(text, /Owner: asked for ada, offered open to some users only/);
  assert.ok(!/eve|mallory/.test(text), text);
});

const withFermilab = (defaultQueue: object) =>
  aConfiguration({
    vos: {
      biomed: {
        groups: {
          biomed_user: { properties: ['NormalUser'], users: ['ada'] },
          biomed_prod: { properties: ['NormalUser'] },
        },
      },
      fermilab: { groups: { fermilab_user: { properties: ['NormalUser'] } } },
    },
    sites: { 'EGI.Demo.org': { computingElements: { local: local(defaultQueue) } } },
  });

test('groups for which a batch queue is reserved are named to their VO and to operators only', async () => {
  const reserved = { ...queue, groups: ['fermilab_user', 'biomed_prod'] };
  await using it = await openExplainedWorld(withFermilab(reserved));
  const jobId = await it.world.submitOne(asking(''));
  const told = async (principal = aUser()) => JSON.stringify(await it.explain.job(principal, jobId));
  assert.match(await told(), /the nearest, EGI\.Demo\.org, is open to biomed_prod, other groups only/);
  assert.match(await told(), /OwnerGroup: asked for biomed_user, offered open to biomed_prod, other groups/);
  const dryRun = JSON.stringify(await it.explain.dryRun(aUser(), asking('')));
  const administrator = aUser({ userName: 'adm', properties: ['JobAdministrator'] });
  for (const text of [await told(), dryRun, await told(administrator)])
    assert.ok(!text.includes('fermilab'), text);
  const operator = aUser({ properties: ['NormalUser', 'Operator'] });
  assert.match(await told(operator), /open to fermilab_user, biomed_prod only/);
  // What is kept is for everybody who may see such jobs.
  await it.agents();
  it.world.clock.advanceS(61);
  await it.agents();
  const looks = await it.world.database.read(() =>
    rows<{ causes: string }>('select causes from waiting_looks'),
  );
  assert.match(looks[0]?.causes ?? '', /open to other groups only/);
  assert.ok(!looks.some(({ causes }) => /fermilab|biomed_prod/.test(causes)));
});

test('a site of another VO is counted, never named', async () => {
  await using it = await openExplainedWorld(twoSites);
  const jobId = await it.world.submitOne(asking('Memory = "100 GB";'));
  const explanation = await it.explain.job(aUser(), jobId);
  assert.ok(explanation.now?.causes.some(({ id }) => id === 'vo-not-admitted'));
  assert.ok(!JSON.stringify(explanation).includes('Foreign'));
});

test('a limit at a site of another VO is told without the name of the site', async () => {
  await using it = await openExplainedWorld(
    aConfiguration({
      sites: {
        'EGI.Demo.org': { computingElements: { local: local(queue) } },
        'EGI.Foreign.org': foreignSite,
      },
      scheduling: { limits: [{ site: 'EGI.Foreign.org', maxRunning: 0 }] },
    }),
  );
  const jobId = await it.world.submitOne(asking('Memory = "100 GB";'));
  const text = JSON.stringify(await it.explain.job(aUser(), jobId));
  assert.match(text, /things together keep the job from 1 site: no admission of biomed, a limit\./);
  assert.ok(!text.includes('Foreign'), text);
});

test('a limit used up by a group of the same name in another VO tells no figures', async () => {
  const users = { properties: ['NormalUser' as const] };
  await using it = await openExplainedWorld(
    aConfiguration({
      vos: { biomed: { groups: { users } }, fermilab: { groups: { users } } },
      sites: { 'EGI.Demo.org': { computingElements: { local: local(queue) } } },
      scheduling: { limits: [{ group: 'users', maxRunning: 1 }] },
    }),
  );
  const eve = aUser({ userName: 'eve', vo: 'fermilab', group: 'users' });
  await it.world.submitOne(undefined, eve);
  await it.world.matcher.match(aPilot({ vo: 'fermilab' }), anOffer({ vo: 'fermilab' }), 0);
  const ada = aUser({ group: 'users' });
  const { headline } = await it.explain.job(ada, await it.world.submitOne(undefined, ada));
  assert.equal(
    headline,
    'A limit holds it back where it fits (EGI.Demo.org): at most 1 jobs of all groups named users may run at once.',
  );
});

test('pilots of another VO are nobody’s business', async () => {
  await using it = await openExplainedWorld(twoSites);
  const jobId = await it.world.submitOne();
  await it.decide('EGI.Demo.org', { state: 'full', pilots: { fermilab: { waiting: 0, idle: 0, busy: 77 } } });
  const text = JSON.stringify(await it.explain.job(aUser(), jobId));
  assert.ok(!text.includes('77') && !text.includes('fermilab'), text);
});

test('what went wrong with pilots of another VO is not told, only that no pilot is sent', async () => {
  await using it = await openExplainedWorld(withFermilab(queue));
  const jobId = await it.world.submitOne(asking(''));
  const failure = 'Refused: /DC=org/CN=Mallory may not use the queue for fermilab.';
  const blockedUntilMs = it.world.clock.nowMs() + 600_000;
  const told = async (principal = aUser()) => (await it.explain.job(principal, jobId)).headline;
  await it.decide('EGI.Demo.org', { state: 'resting', blockedUntilMs, failure, failureVo: 'fermilab' });
  assert.match(await told(), /^Pilots failed at EGI\.Demo\.org \(.*\)\. No other is sent there before 2026/);
  assert.ok(!/Mallory|fermilab/.test(JSON.stringify(await it.explain.job(aUser(), jobId))));
  assert.ok((await told(aUser({ properties: ['NormalUser', 'Operator'] }))).includes(failure));
  // Written by an earlier version: whose it was is not known.
  await it.decide('EGI.Demo.org', { state: 'resting', blockedUntilMs, failure });
  assert.ok(!(await told()).includes('Mallory'));
});

test('why the proxy of an owner does not serve is told to him and to those in charge, not to every colleague', async () => {
  await using it = await openExplainedWorld(
    { ...twoSites, jobVisibility: 'vo' },
    {
      proxies: {
        status: async () => ({ state: 'Not Valid', message: '', validUntilMs: 0, reason: 'SUSPENDED' }),
      },
    },
  );
  const jobId = await it.world.submitOne(asking(''));
  const told = async (principal: ReturnType<typeof aUser>) =>
    JSON.stringify(await it.explain.job(principal, jobId));
  const colleague = aUser({ userName: 'bob' });
  for (const knows of [
    aUser(),
    aUser({ userName: 'adm', properties: ['JobAdministrator'] }),
    aUser({ userName: 'una', properties: ['UserManager'] }),
  ])
    assert.match(await told(knows), /suspended/);
  assert.ok(!(await told(colleague)).includes('suspended'));
  assert.match(await told(colleague), /The proxy of the job’s owner does not serve\./);
});
