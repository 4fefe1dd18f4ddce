/** Who is said to compete for the pilots that a job waits for: those that the draw would look at, and nobody else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GroupProperty } from '../identity/group-properties.ts';
import { aConfiguration, aPilot, aUser } from '../testing/builders.ts';
import { openExplainedWorld, type ExplainedWorld } from '../testing/explained-world.ts';

const queue = { memoryMiB: 64_000, maxWallTimeS: 200_000, processors: 4 };
const site = (fields: object = {}) => ({
  computingElements: { local: { type: 'Local', queues: { default: { ...queue, ...fields } } } },
});
const properties: GroupProperty[] = ['NormalUser'];
const installation = (limits: readonly object[] = []) =>
  aConfiguration({
    vos: { biomed: { groups: { biomed_user: { properties }, biomed_prod: { properties } } } },
    sites: { 'EGI.Demo.org': site(), 'EGI.Large.org': site({ memoryMiB: 1_000_000 }) },
    scheduling: { limits: [...limits] },
  });
const atDemo = (attributes = ''): string => `Executable = "/bin/true"; Site = "EGI.Demo.org"; ${attributes}`;
const bob = aUser({ userName: 'bob', group: 'biomed_prod' });

/** The group of `ada`, and she herself, used more than anybody. */
const useMuch = ({ world }: ExplainedWorld): void =>
  world.ledger.charge({
    vo: 'biomed',
    ownerGroup: 'biomed_user',
    owner: 'ada',
    costS: 100_000,
    dispatches: 10,
    atMs: world.clock.nowMs(),
  });

/** What is said to a job of `ada` at the Demo site, when a free pilot is there. */
async function toldOf(it: ExplainedWorld) {
  useMuch(it);
  const jobId = await it.world.submitOne(atDemo());
  await it.decide('EGI.Demo.org', { pilots: { biomed: { waiting: 0, idle: 1, busy: 0 } } });
  const { now } = await it.explain.job(aUser(), jobId);
  const ids = now?.causes.map(({ id }) => id);
  return { ids, rivals: now?.line?.rivals, estimate: now?.estimate };
}

test('who may get the same pilots competes', async () => {
  await using it = await openExplainedWorld(installation());
  await it.world.submitOne(atDemo(), bob);
  const { ids, rivals } = await toldOf(it);
  assert.deepEqual(ids, ['share-used', 'competition']);
  assert.deepEqual(rivals, { queues: 1, ownJobs: 0, otherJobs: 1 });
});

const alone = {
  ids: [],
  rivals: { queues: 0, ownJobs: 0, otherJobs: 0 },
  estimate: {
    kind: 'none',
    reason: 'A free pilot that fits is there: it should start at any moment.',
  },
};

test('who only fits elsewhere does not', async () => {
  await using it = await openExplainedWorld(installation());
  await it.world.submitOne('Executable = "/bin/true"; Memory = "900 GB";', bob);
  assert.deepEqual(await toldOf(it), alone);
});

test('who fits nowhere does not, though others of his group do', async () => {
  await using it = await openExplainedWorld(installation());
  await it.world.submitOne(atDemo('Memory = "2000 GB";'), bob);
  await it.world.submitOne(atDemo('CPUTime = 3600;'));
  const { ids, rivals } = await toldOf(it);
  assert.deepEqual(ids, ['competition'], 'no share: the only group and owner that competes is its own');
  assert.deepEqual(rivals, { queues: 1, ownJobs: 1, otherJobs: 0 });
});

test('who has reached a limit does not', async () => {
  await using it = await openExplainedWorld(installation([{ owner: 'bob', vo: 'biomed', maxRunning: 1 }]));
  await it.world.submitOne(atDemo(), bob);
  await it.world.submitOne(atDemo(), bob);
  await it.world.matchOne(aPilot({ stamp: '1'.repeat(32) }));
  assert.deepEqual(await toldOf(it), alone);
});

test('a limit at another site takes nobody out of the draw here', async () => {
  await using it = await openExplainedWorld(installation([{ site: 'EGI.Large.org', maxRunning: 0 }]));
  await it.world.submitOne('Executable = "/bin/true";', bob);
  assert.deepEqual((await toldOf(it)).ids, ['share-used', 'competition']);
});

test('who is held for want of a proxy does not', async () => {
  await using it = await openExplainedWorld(installation(), { isHeld: ({ owner }) => owner === 'bob' });
  await it.world.submitOne(atDemo(), bob);
  assert.deepEqual(await toldOf(it), alone);
});

test('what is kept for afterwards names no other competitors either', async () => {
  await using it = await openExplainedWorld(installation(), { isHeld: ({ owner }) => owner === 'bob' });
  await it.world.submitOne(atDemo(), bob);
  useMuch(it);
  const jobId = await it.world.submitOne(atDemo());
  await it.decide('EGI.Demo.org', { pilots: { biomed: { waiting: 0, idle: 1, busy: 0 } } });
  await it.agents();
  it.world.clock.advanceS(120);
  await it.agents();
  await it.world.matchOne();
  const { looks } = await it.explain.job(aUser(), jobId);
  assert.deepEqual(
    looks.map(({ causes }) => causes),
    [[]],
  );
});

test('no part of the pace of the VO falls to who is held', async () => {
  let isHeld = false;
  await using it = await openExplainedWorld(installation(), {
    isHeld: ({ owner }) => isHeld && owner === 'bob',
  });
  for (let match = 0; match < 8; match += 1) {
    await it.world.submitOne(atDemo(), aUser({ userName: 'carol' }));
    it.world.clock.advanceS(60);
    await it.world.matchOne(aPilot({ stamp: String(match).padStart(32, '0') }));
  }
  await it.world.submitOne(atDemo(), bob);
  const jobId = await it.world.submitOne(atDemo());
  const halfStartInMs = async (): Promise<number> => {
    const estimate = (await it.explain.job(aUser(), jobId)).now?.estimate;
    assert.ok(estimate?.kind === 'range');
    return estimate.p50AtMs - it.world.clock.nowMs();
  };
  const shared = await halfStartInMs();
  isHeld = true;
  const unshared = await halfStartInMs();
  assert.ok(unshared < 0.75 * shared, `${unshared} of ${shared}`);
});
