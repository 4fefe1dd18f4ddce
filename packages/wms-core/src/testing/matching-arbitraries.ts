/** Generated jobs and resources from small sets of names, so that both hits and misses are frequent. */
import * as fc from 'fast-check';
import { cpuTimeSegmentsS } from '../task-queues/cpu-segments.ts';
import { normalizeRequirements } from '../task-queues/requirements.ts';
import type { TaskQueueRequirements } from '../task-queues/task-queue.ts';
import type { ResourceOffer, ResourcePolicy } from '../matching/resource.ts';

const some = (...names: readonly string[]) => fc.subarray([...names], { maxLength: 2 });
const sites = ['EGI.A.org', 'EGI.B.org', 'EGI.C.org'];
const elements = ['ce1', 'ce2'];
const tags = ['Fast', 'AVX512'];
const sizeTags = ['MultiProcessor', 'WholeNode', 'GPU', '2Processors', '4Processors', '2GB', '8GB'];
const platforms = ['Linux_x86_64_glibc-2.17', 'Linux_x86_64_glibc-2.34', 'Linux_aarch64_glibc-2.36'];
const architectures = ['x86_64', 'aarch64'];
const systems = ['almalinux-9', 'almalinux', 'debian'];
const versions = ['2.9', '2.17', '2.34', '2.36'];
const vendors = ['NVIDIA', 'AMD'];
const models = ['NVIDIA A100-SXM4-40GB', 'Tesla T4', 'L40'];
const jobTypes = ['User', 'Test'];
/** As in the policies of generated nodes. */
export const groups = ['vo1_user', 'vo1_admin'];
const owners = ['ada', 'bob'];
const pick = (names: readonly string[]) => fc.constantFrom(...names);
const mebibytes = fc.constantFrom(0, 500, 2000, 4000, 8000, 64_000);

const commonRequirements = fc.record({
  vo: pick(['vo1', 'vo2']),
  ownerGroup: pick(groups),
  owner: pick(owners),
  jobType: pick(jobTypes),
  cpuTimeS: fc.constantFrom(...cpuTimeSegmentsS.slice(0, 6)),
  sites: some(...sites),
  bannedSites: some(...sites),
  computingElements: some(...elements),
  platforms: some(...platforms),
  tags: some(...tags),
  minProcessors: fc.constantFrom(1, 1, 2, 4, 8),
  maxProcessors: fc.constantFrom(0, 1, 8, 16),
  wholeNode: fc.boolean(),
  memoryMiB: mebibytes,
  diskMiB: mebibytes,
  gpus: fc.constantFrom(0, 0, 1, 2),
});

/** Demands that few jobs have. */
export const rareRequirements = fc.record(
  {
    pilotType: fc.constantFrom('generic' as const, 'private' as const),
    bannedComputingElements: some(...elements),
    architectures: some(...architectures),
    operatingSystems: some(...systems),
    minGlibc: pick(versions),
    wallTimeS: fc.constantFrom(60, 3600, 86_400),
    memoryPerProcessorMiB: fc.constantFrom(500, 2000),
    gpuVendors: some(...vendors),
    gpuModels: some('A100', 'T4', 'L4'),
    gpuMemoryMiB: fc.constantFrom(8000, 16_000, 40_000),
    gpuComputeCapability: fc.constantFrom(7.5, 8, 9),
  },
  { requiredKeys: [] },
);

/** As they stand in a task queue. */
export const someRequirementsOf: fc.Arbitrary<TaskQueueRequirements> = fc
  .tuple(commonRequirements, rareRequirements)
  .map(([common, rare]) => normalizeRequirements({ ...common, ...rare }));

const policies: fc.Arbitrary<ResourcePolicy> = fc.record(
  {
    pilotType: fc.constantFrom('generic' as const, 'private' as const),
    jobTypes: some(...jobTypes),
    bannedJobTypes: some(...jobTypes),
    ownerGroups: some(...groups),
    owners: some(...owners),
    bannedTags: some(...tags, ...sizeTags),
    bannedPlatforms: some(...platforms),
  },
  { requiredKeys: [] },
);

/** What only some nodes tell, and who may run there. */
export const rareOffer = fc.record(
  {
    wallTimeLeftS: fc.constantFrom(50, 3000, 80_000),
    system: fc.record(
      {
        architecture: pick(architectures),
        glibc: pick(versions),
        operatingSystems: fc.subarray([...systems]),
      },
      { requiredKeys: [] },
    ),
    gpu: fc.record(
      {
        vendor: pick(vendors),
        model: pick(models),
        memoryMiB: fc.constantFrom(16_000, 40_960),
        computeCapability: fc.constantFrom(7.5, 8.6),
      },
      { requiredKeys: [] },
    ),
    policy: policies,
  },
  { requiredKeys: [] },
);

export const someOffer: fc.Arbitrary<ResourceOffer> = fc
  .record({
    vo: pick(['vo1', 'vo2']),
    site: pick(sites),
    computingElement: pick(elements),
    batchQueue: fc.constant('default'),
    platforms: fc.subarray([...platforms]),
    cpuTimeLeftS: fc.constantFrom(100, 3600, 90_000),
    processors: fc.constantFrom(0, 1, 2, 4, 8),
    memoryMiB: mebibytes,
    diskMiB: mebibytes,
    gpus: fc.constantFrom(0, 1, 2),
    wholeNode: fc.boolean(),
    tags: fc.subarray([...tags]),
    requiredTags: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, some(...tags, ...sizeTags)),
  })
  .chain((offer) => rareOffer.map((more) => ({ ...offer, ...more })));
