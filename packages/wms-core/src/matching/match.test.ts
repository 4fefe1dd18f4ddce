import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TaskQueue } from '../task-queues/task-queue.ts';
import { someRequirements } from '../testing/builders.ts';
import { fits, mismatches } from './match.ts';
import type { ResourceOffer } from './resource.ts';

const aTaskQueue = (over: Partial<TaskQueue> = {}): TaskQueue => ({
  taskQueueId: 1,
  priority: 1,
  waitingJobs: 1,
  ...someRequirements({ vo: 'vo.demo', ownerGroup: 'demo_user', owner: 'alice', cpuTimeS: 3600 }),
  ...over,
});

const anOffer = (over: Partial<ResourceOffer> = {}): ResourceOffer => ({
  vo: 'vo.demo',
  site: 'EGI.Demo.org',
  computingElement: 'ce.demo',
  batchQueue: 'short',
  platforms: ['Linux_x86_64_glibc-2.36', 'Linux_x86_64_glibc-2.12'],
  cpuTimeLeftS: 3600,
  processors: 4,
  memoryMiB: 8000,
  diskMiB: 10_000,
  gpus: 0,
  wholeNode: false,
  tags: ['Fast'],
  requiredTags: [],
  ...over,
});

test('a task queue that fits gives no mismatch', () => {
  assert.deepEqual(mismatches(aTaskQueue(), anOffer()), []);
});

const cases: readonly [string, Partial<TaskQueue>, Partial<ResourceOffer>, string | undefined][] = [
  ['another VO', { vo: 'vo.other' }, {}, 'VO'],
  ['this site among others', { sites: ['EGI.A.org', 'EGI.Demo.org'] }, {}, undefined],
  ['other sites only', { sites: ['EGI.A.org'] }, {}, 'Site'],
  ['this site banned', { bannedSites: ['EGI.Demo.org'] }, {}, 'BannedSites'],
  ['another site banned', { bannedSites: ['EGI.A.org'] }, {}, undefined],
  ['this computing element', { computingElements: ['ce.demo'] }, {}, undefined],
  ['another computing element', { computingElements: ['ce.else'] }, {}, 'GridCE'],
  ['an older compatible platform', { platforms: ['Linux_x86_64_glibc-2.12'] }, {}, undefined],
  ['a newer platform', { platforms: ['Linux_x86_64_glibc-2.39'] }, {}, 'Platform'],
  ['one second too long', { cpuTimeS: 3601 }, {}, 'CPUTime'],
  ['all processors', { minProcessors: 4 }, {}, undefined],
  ['one processor too many', { minProcessors: 5 }, {}, 'NumberOfProcessors'],
  ['a big upper bound is no demand', { maxProcessors: 64 }, {}, undefined],
  ['the whole of a shared node', { wholeNode: true }, {}, 'WholeNode'],
  ['the whole of a free node', { wholeNode: true }, { wholeNode: true }, undefined],
  ['too much memory', { memoryMiB: 8001 }, {}, 'Memory'],
  ['too much disk', { diskMiB: 10_001 }, {}, 'DiskSpace'],
  ['a GPU where none is', { gpus: 1 }, {}, 'NumberOfGPUs'],
  ['a GPU where one is', { gpus: 1 }, { gpus: 1 }, undefined],
  ['a tag the resource has', { tags: ['Fast'] }, {}, undefined],
  ['a tag the resource lacks', { tags: ['Fast', 'GPU'] }, {}, 'Tags'],
  ['an untagged job at a reserved resource', {}, { requiredTags: ['Fast'] }, 'RequiredTag'],
  ['a job that asks for the reserved tag', { tags: ['Fast'] }, { requiredTags: ['Fast'] }, undefined],
  ['one processor where many are required', {}, { requiredTags: ['MultiProcessor'] }, 'RequiredTag'],
  [
    'many processors where many are required',
    { minProcessors: 2 },
    { requiredTags: ['MultiProcessor'] },
    undefined,
  ],
];

for (const [what, wanted, offered, rule] of cases)
  test(`${what}: ${rule ? `refused by ${rule}` : 'fits'}`, () => {
    const found = mismatches(aTaskQueue(wanted), anOffer(offered));
    assert.deepEqual(
      found.map((mismatch) => mismatch.rule),
      rule ? [rule] : [],
    );
    assert.equal(fits(aTaskQueue(wanted), anOffer(offered)), rule === undefined);
    for (const mismatch of found) assert.ok(mismatch.wanted && mismatch.offered);
  });
