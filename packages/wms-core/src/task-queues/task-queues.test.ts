import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { cpuTimeSegmentS, cpuTimeSegmentsS } from './cpu-segments.ts';
import { someRequirements } from '../testing/builders.ts';
import { rareRequirements } from './rare-requirements.ts';
import { normalizeRequirements, requirementsKey } from './requirements.ts';
import { realPriority, taskQueueWeights, type Shares, type WeighedQueue } from './shares.ts';
import type { TaskQueueRequirements } from './task-queue.ts';

test('CPU time is rounded up to the first segment that holds it', () => {
  const cases = [
    [1, 360],
    [360, 360],
    [361, 1800],
    [86_400, 86_400],
    [86_401, 172_800],
    [1_080_000, 1_080_000],
    [9_999_999, 1_080_000],
  ] as const;
  for (const [wish, segment] of cases) assert.equal(cpuTimeSegmentS(wish), segment);
  assert.deepEqual(
    [...cpuTimeSegmentsS].sort((a, b) => a - b),
    cpuTimeSegmentsS,
  );
});

test('lists of requirements are compared as sets', () => {
  const one = someRequirements({ sites: ['EGI.A.org', 'EGI.B.org'], tags: ['GPU', 'GPU'] });
  const other = someRequirements({ sites: ['EGI.B.org', 'EGI.A.org'], tags: ['GPU'] });
  assert.equal(requirementsKey(one), requirementsKey(other));
});

test('every requirement tells task queues apart', () => {
  const different: Partial<TaskQueueRequirements>[] = [
    { vo: 'vo.other' },
    { ownerGroup: 'other' },
    { owner: 'bob' },
    { jobType: 'Test' },
    { cpuTimeS: 360 },
    { sites: ['EGI.A.org'] },
    { bannedSites: ['EGI.A.org'] },
    { computingElements: ['ce'] },
    { platforms: ['x'] },
    { tags: ['EGI.A.org'] },
    { minProcessors: 2 },
    { maxProcessors: 2 },
    { wholeNode: true },
    { memoryMiB: 1 },
    { diskMiB: 1 },
    { gpus: 1 },
    { pilotType: 'private' },
    { bannedComputingElements: ['ce'] },
    { architectures: ['x86_64'] },
    { operatingSystems: ['x86_64'] },
    { minGlibc: '2.28' },
    { wallTimeS: 60 },
    { memoryPerProcessorMiB: 60 },
    { gpuVendors: ['AMD'] },
    { gpuModels: ['AMD'] },
    { gpuMemoryMiB: 60 },
    { gpuComputeCapability: 60 },
  ];
  assert.ok(rareRequirements.every(({ field }) => different.some((one) => field in one)));
  const keys = [{}, ...different].map((over) => requirementsKey(someRequirements(over)));
  assert.equal(new Set(keys).size, keys.length);
});

test('demands that ask for nothing leave the key of a task queue as it was before they were invented', () => {
  const before = requirementsKey(someRequirements());
  assert.equal(before, JSON.stringify(Object.values(someRequirements())));
  const nothing = { gpuModels: [], wallTimeS: 0, minGlibc: '', memoryPerProcessorMiB: 0, architectures: [] };
  assert.equal(requirementsKey(someRequirements(nothing)), before);
  assert.deepEqual(normalizeRequirements(someRequirements(nothing)), someRequirements());
});

const shares = (over: Partial<Shares> = {}): Shares => ({
  voShare: () => 1000,
  groupShare: () => 1000,
  sharesJobs: () => false,
  ...over,
});
const queue = (owner: string, averagePriority = 1, ownerGroup = 'users', vo = 'vo.demo'): WeighedQueue => ({
  vo,
  ownerGroup,
  owner,
  averagePriority,
});

test('owners of a group share equally however many queues they have', () => {
  const weights = taskQueueWeights([queue('A'), queue('A'), queue('B')], shares());
  assert.deepEqual(weights, [250, 250, 500]);
});

test('priorities divide the share of one owner only', () => {
  const weights = taskQueueWeights([queue('A', 3), queue('A', 1), queue('B', 9)], shares());
  assert.deepEqual(weights, [375, 125, 500]);
});

test('a group that shares jobs counts as one owner', () => {
  const weights = taskQueueWeights([queue('A'), queue('B')], shares({ sharesJobs: () => true }));
  assert.deepEqual(weights, [500, 500]);
});

test('a VO gets its share whatever the number of its groups', () => {
  const table = shares({
    voShare: (vo) => (vo === 'big' ? 3000 : 1000),
    groupShare: (_, group) => (group === 'x' ? 1 : 3),
  });
  const weights = taskQueueWeights(
    [queue('A', 1, 'x', 'big'), queue('A', 1, 'y', 'big'), queue('C', 1, 'z', 'small')],
    table,
  );
  assert.deepEqual(weights, [750, 2250, 1000]);
});

test('weights are positive and add up to the shares of the VOs at work', () => {
  const some = fc.array(
    fc.record({
      vo: fc.constantFrom('a', 'b'),
      ownerGroup: fc.constantFrom('x', 'y'),
      owner: fc.constantFrom('u', 'v', 'w'),
      averagePriority: fc.integer({ min: 1, max: 9 }),
    }),
    { minLength: 1, maxLength: 30 },
  );
  fc.assert(
    fc.property(some, (queues) => {
      const weights = taskQueueWeights(queues, shares());
      assert.ok(weights.every((weight) => weight > 0));
      const sum = weights.reduce((total, weight) => total + weight, 0);
      assert.ok(Math.abs(sum - 1000 * new Set(queues.map(({ vo }) => vo)).size) < 1e-6);
    }),
    { numRuns: 100 },
  );
});

test('priority 0 is background and 10 goes before everything', () => {
  assert.deepEqual([-1, 0, 1, 9, 10, 99].map(realPriority), [1e-5, 1e-5, 1, 9, 1e6, 1e6]);
});
