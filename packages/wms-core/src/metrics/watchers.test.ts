/** The small memories behind health and metrics: pilots that ask, clocks of nodes, cycles of agents. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAgent, type AgentCycle } from '../kernel/agent.ts';
import { silentLogger } from '../kernel/logger.ts';
import { fits } from '../matching/match.ts';
import {
  aConfiguration,
  anOffer,
  aPilot,
  configurationHolder,
  someRequirements,
} from '../testing/builders.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { openJobWorld } from '../testing/job-world.ts';
import { createRecordingMetrics } from '../testing/recording-metrics.ts';
import { AgentRecords } from './agent-records.ts';
import { MatchWatch, watchMatches } from './match-watch.ts';
import { NodeClocks } from './node-clocks.ts';

const aQueue = (taskQueueId: number, fields: Parameters<typeof someRequirements>[0] = {}) => ({
  ...someRequirements(fields),
  taskQueueId,
  priority: 1,
  waitingJobs: 3,
});

test('a queue is overlooked when it fits open requests for longer than one lasts', () => {
  const watch = new MatchWatch(fits);
  const queues = [aQueue(1), aQueue(2, { memoryMiB: 1_000_000 })];
  const leave = watch.join(anOffer(), 0);
  const idsAt = (nowMs: number) => watch.overlooked(queues, nowMs).map(({ taskQueueId }) => taskQueueId);
  assert.deepEqual(idsAt(1_000), [], 'the request is young');
  assert.deepEqual(idsAt(6_000), [], 'first seen now');
  assert.deepEqual(idsAt(66_000), []);
  watch.join(anOffer(), 60_000);
  leave();
  assert.deepEqual(idsAt(82_000), [1], 'another pilot asks, and does not get it either');
  assert.deepEqual(watch.overlooked([], 83_000), [], 'the queue is empty');
  assert.deepEqual(idsAt(84_000), [], 'and counts as new when it is back');
  assert.deepEqual(idsAt(170_000), [1]);
});

test('nobody asks, nothing is overlooked', () => {
  const watch = new MatchWatch(fits);
  watch.join(anOffer(), 0)();
  assert.equal(watch.asking, 0);
  assert.deepEqual(watch.overlooked([aQueue(1)], 100_000), []);
  assert.deepEqual(watch.overlooked([aQueue(1)], 200_000), []);
});

const batchQueue = { memoryMiB: 64_000, maxWallTimeS: 200_000, processors: 4 };
const withQueue = (fields: object, limits: readonly object[] = []) =>
  aConfiguration({
    sites: {
      'EGI.Demo.org': {
        computingElements: { local: { type: 'Local', queues: { default: { ...batchQueue, ...fields } } } },
      },
    },
    scheduling: { limits: [...limits] },
  });

for (const { why, configuration, isHeld } of [
  { why: 'are held for want of a proxy', configuration: withQueue({}), isHeld: true },
  { why: 'are at a limit', configuration: withQueue({}, [{ maxRunning: 0 }]), isHeld: false },
  { why: 'may not run where the pilot is', configuration: withQueue({ users: ['bob'] }), isHeld: false },
])
  test(`jobs that ${why} are not overlooked`, async () => {
    const parts = { isHeld: () => isHeld };
    await using world = await openJobWorld({ configuration, parts });
    await world.submitOne();
    assert.equal((await world.matcher.match(aPilot(), anOffer(), 0)).kind, 'noMatch');
    const watch = watchMatches({ ...world, ...parts, configuration: configurationHolder(configuration) });
    watch.join(anOffer(), 0);
    watch.overlooked(world.index.all(), 6_000);
    assert.deepEqual(watch.overlooked(world.index.all(), 82_000), []);
  });

test('the worst clock of a site is told for a minute or two and then forgotten', () => {
  const clocks = new NodeClocks();
  clocks.seen('A', 500, 0);
  clocks.seen('A', -90_000, 1_000);
  clocks.seen('A', 200, 2_000);
  assert.deepEqual(clocks.offsets(3_000), [{ site: 'A', offsetS: -90 }]);
  clocks.seen('A', 100, 61_000);
  assert.deepEqual(clocks.offsets(62_000), [{ site: 'A', offsetS: -90 }], 'of the minute before');
  clocks.seen('A', 100, 122_000);
  assert.deepEqual(clocks.offsets(123_000), [{ site: 'A', offsetS: 0.1 }]);
  assert.deepEqual(clocks.offsets(500_000), [], 'not heard of for long');
});

test('an agent of the kernel tells each cycle of its loop, and the record keeps what matters', async () => {
  const clock = createFakeClock();
  const metrics = createRecordingMetrics();
  const records = new AgentRecords(clock, metrics);
  let isBroken = true;
  const agent = createAgent({
    name: 'tidy',
    everyMs: 1,
    log: silentLogger,
    cycle: async () => {
      if (isBroken) throw new Error('no broom');
    },
  });
  records.watch(agent);
  const next = (): Promise<AgentCycle> => new Promise((resolve) => agent.onCycle(resolve));
  agent.start();
  assert.match(String((await next()).error), /no broom/);
  const [failing] = records.all();
  assert.equal(failing?.lastFailure, 'no broom');
  assert.equal(failing.lastSuccessAtMs, undefined);
  assert(failing.failuresInARow > 0);
  isBroken = false;
  while ((await next()).error !== undefined);
  await agent.stop();
  const [well] = records.all();
  assert.deepEqual([well?.failuresInARow, well?.lastFailure], [0, undefined]);
  assert.equal(well?.lastSuccessAtMs, clock.nowMs());
  assert(metrics.sum('wm_agent_cycles_total', { agent: 'tidy', outcome: 'failed' }) >= 1);
  assert(metrics.sum('wm_agent_cycles_total', { agent: 'tidy', outcome: 'done' }) >= 1);
});
