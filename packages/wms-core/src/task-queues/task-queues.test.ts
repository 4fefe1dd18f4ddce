import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpuTimeSegmentS, cpuTimeSegmentsS } from './cpu-segments.ts';
import { someRequirements } from '../testing/builders.ts';
import { rareRequirements } from './rare-requirements.ts';
import { normalizeRequirements, requirementsKey } from './requirements.ts';
import { realPriority } from './shares.ts';
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

test('priority 0 is background and 10 goes before everything', () => {
  assert.deepEqual([-1, 0, 1, 9, 10, 99].map(realPriority), [1e-5, 1e-5, 1, 9, 1e6, 1e6]);
});
