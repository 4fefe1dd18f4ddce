/** Jobs that something outside the matching holds back: what is said of pilots, shares and the start must not mislead. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PilotDecision } from '../pilots/pilot-decisions.ts';
import { aConfiguration, aPilot, aUser } from '../testing/builders.ts';
import { aValidProxy, openExplainedWorld, type ExplainedWorld } from '../testing/explained-world.ts';
import type { ProxyStatus } from '../use-cases.ts';

const queue = { memoryMiB: 64_000, maxWallTimeS: 200_000, processors: 4 };
const oneSite = aConfiguration({
  sites: {
    'EGI.Demo.org': { computingElements: { local: { type: 'Local', queues: { default: queue } } } },
  },
});
const ended: ProxyStatus = {
  state: 'Not Valid',
  message: 'Your proxy …',
  validUntilMs: 0,
  reason: 'EXPIRED',
};
const freePilot: Partial<PilotDecision> = { pilots: { biomed: { waiting: 0, idle: 1, busy: 0 } } };
const tape = { sentence: 'LFN:/biomed/x is on tape only.', remedy: null, endsAtMs: null };
const noEstimate = { kind: 'none', reason: 'It cannot start as things are.' };

/** So many jobs of `ada` are taken, one a minute, so that the start of the next could be estimated. */
async function takeJobs({ world }: ExplainedWorld, count: number): Promise<void> {
  await world.jobs.submit(aUser(), { jdls: [`Executable = "/bin/true"; Parameters = ${count};`] });
  for (let match = 0; match < count; match += 1) {
    world.clock.advanceS(60);
    await world.matchOne(aPilot({ stamp: String(match).padStart(32, '0') }));
  }
}

for (const { why, deps, cause } of [
  {
    why: 'whose owner has no proxy',
    deps: { isHeld: () => true, proxies: { status: async () => ended } },
    cause: 'credential',
  },
  {
    why: 'whose input data nobody can read',
    deps: { inputDataFault: async () => tape },
    cause: 'input-data',
  },
])
  test(`of a job ${why} nothing is said that holds only for jobs that may start`, async () => {
    let isBad = false;
    await using it = await openExplainedWorld(oneSite, {
      isHeld: (taskQueue) => isBad && 'isHeld' in deps && taskQueue.owner === 'ada',
      proxies: { status: async () => (isBad && deps.proxies ? await deps.proxies.status() : aValidProxy) },
      inputDataFault: async () => (isBad && deps.inputDataFault ? deps.inputDataFault() : null),
    });
    await takeJobs(it, 8);
    await it.world.submitOne('Executable = "/bin/true"; Priority = 5;');
    await it.world.submitOne('Executable = "/bin/true"; CPUTime = 3600;');
    const jobId = await it.world.submitOne('Executable = "/bin/true"; Priority = 1;');
    const told = async () => {
      it.world.clock.advanceS(2);
      const { headline, now } = await it.explain.job(aUser(), jobId);
      const { causes, estimate, line } = now ?? {};
      return { headline, causes: causes?.map(({ id }) => id), estimate, line };
    };
    assert.deepEqual((await told()).causes, ['no-pilot-yet', 'jobs-ahead', 'competition']);
    assert.equal((await told()).estimate?.kind, 'range');
    isBad = true;
    const { causes, estimate, headline, line } = await told();
    assert.deepEqual([causes, estimate, line], [[cause], noEstimate, null]);
    assert.doesNotMatch(headline, /pilot/);
    await it.decide('EGI.Demo.org', freePilot);
    assert.deepEqual((await told()).estimate, noEstimate, 'a free pilot does not get it either');
  });

test('what stands against it at the sites is told all the same', async () => {
  await using it = await openExplainedWorld(oneSite, { proxies: { status: async () => ended } });
  const jobId = await it.world.submitOne('Executable = "/bin/true"; Memory = "900 GB";');
  const { now } = await it.explain.job(aUser(), jobId);
  assert.deepEqual(
    now?.causes.map(({ id, effect }) => [id, effect]),
    [
      ['requirement', 'blocks'],
      ['credential', 'blocks'],
    ],
  );
});

test('a job that waited for a proxy keeps that, without why the proxy did not serve', async () => {
  let isHeld = true;
  await using it = await openExplainedWorld(oneSite, {
    isHeld: () => isHeld,
    proxies: { status: async () => (isHeld ? ended : aValidProxy) },
  });
  const jobId = await it.world.submitOne();
  await it.agents();
  it.world.clock.advanceS(600);
  await it.agents();
  isHeld = false;
  await it.world.matchOne();
  const { headline, looks } = await it.explain.job(aUser(), jobId);
  assert.equal(headline, 'Waited 10 min: The proxy of the job’s owner does not serve.');
  assert.deepEqual(
    looks.map(({ causes }) => causes.map(({ id }) => id)),
    [['credential']],
  );
});

test('a job of somebody without an account is held, and says so', async () => {
  await using it = await openExplainedWorld({ ...oneSite, jobVisibility: 'vo' }, { isHeld: () => true });
  const jobId = await it.world.submitOne(undefined, aUser({ userName: 'gone' }));
  const administrator = aUser({ userName: 'adm', properties: ['JobAdministrator'] });
  const { headline, now } = await it.explain.job(administrator, jobId);
  assert.match(headline, /owner has no account here/);
  assert.deepEqual([now?.causes.length, now?.causes[0]?.effect, now?.estimate], [1, 'blocks', noEstimate]);
  const colleague = await it.explain.job(aUser(), jobId);
  assert.equal(colleague.headline, 'The proxy of the job’s owner does not serve.');
});
