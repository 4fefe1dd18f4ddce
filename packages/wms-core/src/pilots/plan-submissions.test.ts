import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { fits } from '../matching/match.ts';
import type { TaskQueue } from '../task-queues/task-queue.ts';
import { someRequirements } from '../testing/builders.ts';
import { propertyRuns } from '../testing/property-runs.ts';
import { planSubmissions } from './plan-submissions.ts';
import type { PilotInFlight } from './free-pilots.ts';
import type { PilotClass, PlanInput } from './plan-submissions.ts';

let nextId = 1;
const aTaskQueue = (fields: Partial<TaskQueue> = {}): TaskQueue => ({
  ...someRequirements({ vo: 'a', cpuTimeS: 600 }),
  taskQueueId: nextId++,
  priority: 1,
  waitingJobs: 1,
  ...fields,
});

const aClass = (key: string, fields: Partial<PilotClass> = {}, processors = 1): PilotClass => ({
  key,
  offer: {
    site: 'EGI.Test.org',
    computingElement: 'ce',
    batchQueue: key,
    cpuTimeLeftS: 86_400,
    processors,
    memoryMiB: 2048 * processors,
    diskMiB: 1e9,
    gpus: 0,
    wholeNode: false,
    tags: [],
    requiredTags: [],
  },
  vos: ['a', 'b'],
  maxTotalPilots: 10,
  maxWaitingPilots: 5,
  blockedUntilMs: 0,
  ...fields,
});

const aPilot = (fields: Partial<PilotInFlight> = {}): PilotInFlight => ({
  classKey: 'q',
  vo: 'a',
  state: 'waiting',
  cpuTimeLeftS: 86_400,
  ...fields,
});

const planned = (fields: Partial<PlanInput>): readonly string[] =>
  planSubmissions({ nowMs: 1000, classes: [aClass('q')], inFlight: [], taskQueues: [], fits, ...fields }).map(
    ({ classKey, vo, pilots }) => `${pilots} to ${classKey} for ${vo}`,
  );

const times = <T>(count: number, make: () => T): readonly T[] => Array.from({ length: count }, make);

describe('how many pilots to send where', () => {
  const cases: readonly (readonly [string, Partial<PlanInput>, readonly string[]])[] = [
    ['none without demand', {}, []],
    [
      'of two equal queues the one where pilots start sooner gets them',
      {
        classes: [aClass('slow', { leadMs: 600_000 }), aClass('quick', { leadMs: 60_000 })],
        taskQueues: [aTaskQueue({ waitingJobs: 6 })],
      },
      ['5 to quick for a', '1 to slow for a'],
    ],
    [
      'nobody counts on pilots that wait longer than usual: others are sent elsewhere, none to the clogged queue',
      {
        classes: [aClass('q'), aClass('other', {}, 2)],
        inFlight: times(2, () => aPilot({ isOverdue: true })),
        taskQueues: [aTaskQueue({ waitingJobs: 2 })],
      },
      ['2 to other for a'],
    ],
    [
      'a clogged queue gets no more pilots even when it is the only one',
      { inFlight: [aPilot({ isOverdue: true })], taskQueues: [aTaskQueue({ waitingJobs: 4 })] },
      [],
    ],
    ['one for each waiting job', { taskQueues: [aTaskQueue({ waitingJobs: 3 })] }, ['3 to q for a']],
    ['no more than may wait at once', { taskQueues: [aTaskQueue({ waitingJobs: 100 })] }, ['5 to q for a']],
    [
      'no more than the queue takes in all',
      { taskQueues: [aTaskQueue({ waitingJobs: 100 })], inFlight: times(8, () => aPilot({ state: 'busy' })) },
      ['2 to q for a'],
    ],
    [
      'none for jobs that pilots under way will take',
      { taskQueues: [aTaskQueue({ waitingJobs: 3 })], inFlight: [aPilot(), aPilot({ state: 'idle' })] },
      ['1 to q for a'],
    ],
    [
      'busy pilots and those of another VO take nothing',
      {
        taskQueues: [aTaskQueue()],
        inFlight: [aPilot({ state: 'busy' }), aPilot({ vo: 'b', state: 'idle' })],
      },
      ['1 to q for a'],
    ],
    [
      'an idle pilot with too little time left takes no long job',
      {
        taskQueues: [aTaskQueue({ cpuTimeS: 5000 })],
        inFlight: [aPilot({ state: 'idle', cpuTimeLeftS: 4000 })],
      },
      ['1 to q for a'],
    ],
    ['none where no pilot would fit', { taskQueues: [aTaskQueue({ minProcessors: 2 })] }, []],
    [
      'none to queues that rest after failures',
      { taskQueues: [aTaskQueue()], classes: [aClass('q', { blockedUntilMs: 2000 })] },
      [],
    ],
    [
      'none to queues that do not serve the VO',
      { taskQueues: [aTaskQueue()], classes: [aClass('q', { vos: ['b'] })] },
      [],
    ],
    [
      'the smallest pilot that fits is sent, larger ones when that queue is full',
      {
        taskQueues: [aTaskQueue({ waitingJobs: 3 })],
        classes: [aClass('large', {}, 4), aClass('small', { maxTotalPilots: 2 })],
      },
      ['2 to small for a', '1 to large for a'],
    ],
    [
      'jobs that only one queue can serve get their pilots there first',
      {
        taskQueues: [aTaskQueue({ waitingJobs: 9, priority: 9 }), aTaskQueue({ minProcessors: 4 })],
        classes: [aClass('large', { maxTotalPilots: 1 }, 4), aClass('small')],
      },
      ['1 to large for a', '5 to small for a'],
    ],
    [
      'a pilot is sent for any platform, since only the node knows its own',
      { taskQueues: [aTaskQueue({ platforms: ['Linux_arm'] })] },
      ['1 to q for a'],
    ],
  ];
  for (const [sentence, input, expected] of cases) {
    it(sentence, () => assert.deepEqual(planned(input), expected));
  }

  it('limits hold and demand is never exceeded, whatever waits and whatever runs', () => {
    const pilots = fc.array(
      fc.record({
        classKey: fc.constantFrom('q', 'r'),
        vo: fc.constantFrom('a', 'b'),
        state: fc.constantFrom<PilotInFlight['state'][]>('waiting', 'idle', 'busy'),
        cpuTimeLeftS: fc.integer({ min: 0, max: 2000 }),
      }),
      { maxLength: 12 },
    );
    const queues = fc.array(
      fc.record({
        vo: fc.constantFrom('a', 'b', 'c'),
        waitingJobs: fc.integer({ min: 1, max: 20 }),
        minProcessors: fc.integer({ min: 1, max: 3 }),
      }),
      { maxLength: 6 },
    );
    const property = fc.property(pilots, queues, (inFlight, demands) => {
      const classes = [aClass('q'), aClass('r', { maxTotalPilots: 3, maxWaitingPilots: 2 }, 2)];
      const taskQueues = demands.map((fields) => aTaskQueue(fields));
      const plan = planSubmissions({ nowMs: 0, classes, inFlight, taskQueues, fits });
      for (const { key, maxTotalPilots, maxWaitingPilots } of classes) {
        const there = inFlight.filter(({ classKey }) => classKey === key);
        const sent = plan
          .filter(({ classKey }) => classKey === key)
          .reduce((sum, { pilots: n }) => sum + n, 0);
        assert.ok(sent === 0 || there.length + sent <= maxTotalPilots);
        const waiting = there.filter(({ state }) => state === 'waiting').length;
        assert.ok(sent === 0 || waiting + sent <= maxWaitingPilots);
      }
      for (const { taskQueueId, waitingJobs } of taskQueues) {
        const sent = plan
          .filter((each) => each.taskQueueId === taskQueueId)
          .reduce((sum, { pilots: n }) => sum + n, 0);
        assert.ok(sent <= waitingJobs);
      }
    });
    fc.assert(property, propertyRuns(100));
  });
});
