import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aConfiguration, anOffer, aPilot, aUser, someRequirements } from '../testing/builders.ts';
import { openJobWorld } from '../testing/job-world.ts';
import { boundOffer, compatiblePlatforms } from './bound-offer.ts';
import { processorsFor } from './matcher.service.ts';

interface Site {
  readonly status?: 'Active' | 'Degraded' | 'Probing';
  readonly jobTypesWhenNotUsable?: string[];
}

/** One site with one queue. */
const withQueue = (queue: object, site: Site = {}) =>
  aConfiguration({
    sites: {
      'EGI.Demo.org': {
        ...site,
        computingElements: { local: { type: 'Local', queues: { default: queue } } },
      },
    },
  });

const job = (more = ''): string => `Executable = "/bin/true"; ${more}`;

/** Is a job with this JDL given to a pilot of a queue configured so? */
const cases: readonly [string, object, Site, string, boolean][] = [
  ['an open queue', {}, {}, '', true],
  ['a queue for another group', { groups: ['biomed_admin'] }, {}, '', false],
  ['a queue for this group', { groups: ['biomed_user'] }, {}, '', true],
  ['a queue for another user', { users: ['bob'] }, {}, '', false],
  ['a queue for tests', { jobTypes: ['Test'] }, {}, '', false],
  ['a queue for tests, and a test', { jobTypes: ['Test'] }, {}, 'JobType = "Test";', true],
  ['a queue without tests', { bannedJobTypes: ['Test'] }, {}, 'JobType = "Test";', false],
  ['a queue that refuses a tag', { bannedTags: ['GPU'] }, {}, 'Tags = "GPU";', false],
  ['a site on probation', {}, { status: 'Probing' }, '', false],
  ['a site on probation, and a test', {}, { status: 'Probing' }, 'JobType = "Test";', true],
  ['a site on probation that runs all', {}, { status: 'Probing', jobTypesWhenNotUsable: ['User'] }, '', true],
  [
    'a queue of such a site that does not',
    { jobTypesWhenNotUsable: [] },
    { status: 'Probing' },
    'JobType = "Test";',
    false,
  ],
  ['a degraded site', {}, { status: 'Degraded' }, '', true],
  ['a platform its nodes run too', {}, {}, 'Platform = "old";', true],
  ['a platform they do not', {}, {}, 'Platform = "other";', false],
];
for (const [what, queue, site, more, isGiven] of cases)
  test(`${what}: ${isGiven ? 'the job is given' : 'the job waits'}`, async () => {
    const configuration = { ...withQueue(queue, site), platforms: { new: ['old'], other: [] } };
    await using world = await openJobWorld({ configuration });
    await world.submitOne(job(more), aUser());
    const offer = anOffer({ platforms: ['new'], gpus: 1 });
    assert.equal((await world.matcher.match(aPilot(), offer, 0)).kind, isGiven ? 'match' : 'noMatch');
  });

test('a pilot gets jobs of admitted groups only, also when others wait in the same class', async () => {
  await using world = await openJobWorld({ configuration: withQueue({ groups: ['biomed_shared'] }) });
  for (let count = 0; count < 5; count++) await world.submitOne();
  const admitted = await world.submitOne(job(), aUser({ group: 'biomed_shared' }));
  assert.equal((await world.matchOne()).jobId, admitted);
  assert.equal((await world.matcher.match(aPilot(), anOffer(), 0)).kind, 'noMatch');
});

const demoSite = (site: object, queues: Record<string, object> = { default: {} }) => ({
  ...aConfiguration().sites,
  'EGI.Demo.org': { ...site, computingElements: { local: { type: 'Local', queues } } },
});

/** Pilots of biomed that were sent to EGI.Demo.org/local/default before the configuration became this. */
const closed: readonly [string, Parameters<typeof aConfiguration>[0]][] = [
  ['a batch queue that was removed', { sites: demoSite({}, { other: {} }) }],
  ['a computing element that was removed', { sites: { 'EGI.Demo.org': { computingElements: {} } } }],
  ['a site that was removed', { sites: { 'EGI.Other.org': aConfiguration().sites['EGI.Other.org']! } }],
  ['a site that is for another VO now', { sites: demoSite({ vos: ['fermilab'] }) }],
  ['a batch queue that is for another VO now', { sites: demoSite({}, { default: { vos: ['fermilab'] } }) }],
];
for (const [what, fields] of closed)
  test(`pilots of ${what} take no jobs and end when theirs have ended`, async () => {
    await using world = await openJobWorld({ configuration: aConfiguration(fields) });
    await world.submitOne();
    assert.equal((await world.matcher.match(aPilot(), anOffer(), 0)).kind, 'stop');
    assert.equal((await world.stateUpdate.heartbeat(aPilot(), [], [])).drain, true);
  });

test('a pilot of a VO that was removed takes no jobs', async () => {
  const { fermilab } = aConfiguration().vos;
  const configuration = aConfiguration({ vos: { fermilab: fermilab! } });
  await using world = await openJobWorld({ configuration });
  assert.equal((await world.matcher.match(aPilot(), anOffer(), 0)).kind, 'stop');
});

test('a batch queue that is closed while a pilot waits in it gives it no job that comes then', async () => {
  let values = aConfiguration();
  const configuration = { current: () => ({ version: 'test', loadedAtMs: 0, values }) };
  await using world = await openJobWorld({ parts: { configuration } });
  const answer = world.matcher.match(aPilot(), anOffer(), 30_000);
  values = aConfiguration({ sites: demoSite({}, { other: {} }) });
  await world.submitOne();
  assert.equal((await answer).kind, 'stop');
});

test('what an older pilot does not tell follows from its platform', () => {
  const values = withQueue({});
  const system = (platform: string) =>
    boundOffer(aPilot(), anOffer({ platforms: [platform] }), values).system;
  assert.deepEqual(system('Linux_x86_64_glibc-2.36'), {
    architecture: 'x86_64',
    glibc: '2.36',
    operatingSystems: undefined,
  });
  assert.equal(system('Linux_aarch64_musl')?.architecture, 'aarch64');
  assert.equal(system('Linux_aarch64_musl')?.glibc, undefined);
  assert.equal(system('odd')?.architecture, undefined);
});

test('platforms run what the configuration says they run too, and nothing by the names of objects', () => {
  assert.deepEqual(compatiblePlatforms(['new'], { new: ['old', 'older'] }), ['new', 'old', 'older']);
  assert.deepEqual(compatiblePlatforms(['constructor'], {}), ['constructor']);
});

test('a payload gets as many processors as its memory for each allows', () => {
  const wanted = someRequirements({ minProcessors: 2, maxProcessors: 0, memoryMiB: 1000 });
  const offer = anOffer({ processors: 8, memoryMiB: 9000 });
  assert.equal(processorsFor(wanted, offer), 8);
  assert.equal(processorsFor({ ...wanted, memoryPerProcessorMiB: 2000 }, offer), 4);
  assert.equal(processorsFor({ ...wanted, maxProcessors: 3, memoryPerProcessorMiB: 2000 }, offer), 3);
});
