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
  [
    'a big job where 4Processors are required',
    { minProcessors: 4 },
    { requiredTags: ['4Processors'] },
    undefined,
  ],
  ['a smaller job there', { minProcessors: 2 }, { requiredTags: ['4Processors'] }, 'RequiredTag'],
  ['a job of much memory where 4GB are required', { memoryMiB: 4000 }, { requiredTags: ['4GB'] }, undefined],
  ['a job of less memory there', { memoryMiB: 3999 }, { requiredTags: ['4GB'] }, 'RequiredTag'],
  ['the old tag GPU where a GPU is', { tags: ['GPU'] }, { gpus: 1 }, undefined],
  ['the old tag GPU where none is', { tags: ['GPU'] }, {}, 'Tags'],
  ['a tag the queue refuses', { tags: ['Fast'] }, { policy: { bannedTags: ['Fast'] } }, 'BannedTag'],
  ['a tag the queue does not refuse', { tags: ['Fast'] }, { policy: { bannedTags: ['Slow'] } }, undefined],
  [
    'a size the queue refuses',
    { minProcessors: 2 },
    { policy: { bannedTags: ['MultiProcessor'] } },
    'BannedTag',
  ],
  [
    'a job that may use many where many are required',
    { maxProcessors: 8 },
    { requiredTags: ['MultiProcessor'] },
    undefined,
  ],
  [
    'a job that takes what there is where many are required',
    { maxProcessors: 0 },
    { requiredTags: ['MultiProcessor'] },
    undefined,
  ],
  [
    'a job that may use many where such are refused',
    { maxProcessors: 8 },
    { policy: { bannedTags: ['MultiProcessor'] } },
    'BannedTag',
  ],
  [
    'a job that takes what there is where such are refused',
    { maxProcessors: 0 },
    { policy: { bannedTags: ['MultiProcessor'] } },
    'BannedTag',
  ],
  ['a job of one processor there', {}, { policy: { bannedTags: ['MultiProcessor'] } }, undefined],
  ['a banned computing element', { bannedComputingElements: ['ce.demo'] }, {}, 'BannedGridCEs'],
  ['another banned computing element', { bannedComputingElements: ['ce.else'] }, {}, undefined],
  ['a type of jobs that is allowed', {}, { policy: { jobTypes: ['User'] } }, undefined],
  ['a type of jobs that is not', {}, { policy: { jobTypes: ['Test'] } }, 'JobType'],
  ['any type where none is allowed', {}, { policy: { jobTypes: [] } }, 'JobType'],
  ['a banned type of jobs', {}, { policy: { bannedJobTypes: ['User'] } }, 'JobType'],
  ['a group that is admitted', {}, { policy: { ownerGroups: ['demo_user'] } }, undefined],
  ['a group that is not', {}, { policy: { ownerGroups: ['demo_admin'] } }, 'OwnerGroup'],
  ['an owner that is admitted', {}, { policy: { owners: ['alice'] } }, undefined],
  ['an owner that is not', {}, { policy: { owners: ['bob'] } }, 'Owner'],
  ['a private pilot for a generic one', { pilotType: 'private' }, {}, 'PilotType'],
  ['a private pilot', { pilotType: 'private' }, { policy: { pilotType: 'private' } }, undefined],
  ['a generic pilot', { pilotType: 'generic' }, {}, undefined],
  [
    'a platform the queue refuses',
    { platforms: ['Linux_x86_64_glibc-2.12'] },
    { policy: { bannedPlatforms: ['Linux_x86_64_glibc-2.12'] } },
    'Platform',
  ],
  ['no platform where one is refused', {}, { policy: { bannedPlatforms: ['x'] } }, undefined],
  ['this architecture', { architectures: ['x86_64'] }, { system: { architecture: 'x86_64' } }, undefined],
  [
    'another architecture',
    { architectures: ['aarch64'] },
    { system: { architecture: 'x86_64' } },
    'Architecture',
  ],
  ['an architecture that nobody tells', { architectures: ['x86_64'] }, {}, 'Architecture'],
  [
    'one of the names of the system',
    { operatingSystems: ['rhel-9', 'debian'] },
    { system: { operatingSystems: ['almalinux-9.4', 'almalinux-9', 'rhel-9'] } },
    undefined,
  ],
  [
    'another system',
    { operatingSystems: ['debian'] },
    { system: { operatingSystems: ['rhel'] } },
    'OperatingSystem',
  ],
  ['an older glibc than there is', { minGlibc: '2.9' }, { system: { glibc: '2.36' } }, undefined],
  ['the very glibc', { minGlibc: '2.36' }, { system: { glibc: '2.36' } }, undefined],
  ['a newer glibc', { minGlibc: '2.36.1' }, { system: { glibc: '2.36' } }, 'MinGlibc'],
  ['a glibc where there is none', { minGlibc: '2.17' }, { system: { architecture: 'x86_64' } }, 'MinGlibc'],
  ['the wall time that is left', { wallTimeS: 3000 }, { wallTimeLeftS: 3000 }, undefined],
  ['a second more', { wallTimeS: 3001 }, { wallTimeLeftS: 3000 }, 'WallTime'],
  ['wall time at a pilot that tells CPU time only', { wallTimeS: 3600 }, {}, undefined],
  ['memory for each processor', { memoryPerProcessorMiB: 2000, minProcessors: 4 }, {}, undefined],
  ['more for each than there is', { memoryPerProcessorMiB: 2001, minProcessors: 4 }, {}, 'Memory'],
  [
    'memory in all and for each',
    { memoryMiB: 1, memoryPerProcessorMiB: 2000, minProcessors: 4 },
    {},
    'Memory',
  ],
  [
    'GPUs of this maker',
    { gpus: 1, gpuVendors: ['nvidia'] },
    { gpus: 1, gpu: { vendor: 'NVIDIA' } },
    undefined,
  ],
  [
    'GPUs of another maker',
    { gpus: 1, gpuVendors: ['AMD'] },
    { gpus: 1, gpu: { vendor: 'NVIDIA' } },
    'GPUVendor',
  ],
  [
    'the model in the words of its driver',
    { gpus: 1, gpuModels: ['a100'] },
    { gpus: 1, gpu: { model: 'NVIDIA A100-SXM4-40GB' } },
    undefined,
  ],
  [
    'a model of a similar name',
    { gpus: 1, gpuModels: ['L4'] },
    { gpus: 1, gpu: { model: 'NVIDIA L40S' } },
    'GPUModel',
  ],
  ['a model that nobody tells', { gpus: 1, gpuModels: ['L4'] }, { gpus: 1 }, 'GPUModel'],
  ['GPU memory', { gpus: 1, gpuMemoryMiB: 16_000 }, { gpus: 1, gpu: { memoryMiB: 16_384 } }, undefined],
  [
    'too much GPU memory',
    { gpus: 1, gpuMemoryMiB: 20_000 },
    { gpus: 1, gpu: { memoryMiB: 16_384 } },
    'GPUMemory',
  ],
  [
    'an older compute capability',
    { gpus: 1, gpuComputeCapability: 7.5 },
    { gpus: 1, gpu: { computeCapability: 8 } },
    undefined,
  ],
  [
    'a newer compute capability',
    { gpus: 1, gpuComputeCapability: 9 },
    { gpus: 1, gpu: { computeCapability: 8 } },
    'GPUComputeCapability',
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

test('who is kept out by a tag for size reads that tag', () => {
  const offer = anOffer({ policy: { bannedTags: ['MultiProcessor'] } });
  assert.deepEqual(mismatches(aTaskQueue({ maxProcessors: 8 }), offer), [
    { rule: 'BannedTag', wanted: 'MultiProcessor', offered: 'no jobs that ask for MultiProcessor' },
  ]);
});
