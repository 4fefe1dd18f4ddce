import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TaskQueue } from '../task-queues/task-queue.ts';
import { someRequirements } from '../testing/builders.ts';
import { chooseTaskQueue, fits, mismatches } from './match.ts';
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

/** A fixed sequence, so that the draw is the same in every run. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

test('the chance of a task queue is its weight divided by the sum of weights', () => {
  const queues = [1, 2, 7].map((priority) => aTaskQueue({ taskQueueId: priority, priority }));
  const random = sequence(42);
  const drawn = new Map<number, number>();
  const draws = 20_000;
  for (let draw = 0; draw < draws; draw++) {
    const id = chooseTaskQueue(queues, anOffer(), random)!.taskQueueId;
    drawn.set(id, (drawn.get(id) ?? 0) + 1);
  }
  for (const { taskQueueId, priority } of queues)
    assert.ok(Math.abs(drawn.get(taskQueueId)! / draws - priority / 10) < 0.02, `weight ${priority}`);
});

test('a task queue that does not fit is never drawn, however heavy', () => {
  const heavy = aTaskQueue({ taskQueueId: 9, priority: 1e9, vo: 'vo.other' });
  assert.equal(chooseTaskQueue([heavy, aTaskQueue()], anOffer(), sequence(1))?.taskQueueId, 1);
  assert.equal(chooseTaskQueue([heavy], anOffer(), sequence(1)), undefined);
});
