/** How long one cycle of the pilot director takes with many pilots under way: poll, plan, send, remember. */
import { openDirectedWorld, type DirectedWorld } from '@wm/wms-core/testing';
import { onBothEngines, percentile, rounded, type BenchmarkRow } from '../row.ts';

/** Plain work of the same kind, for comparison: sorting and grouping as many small things. */
function yardstickMs(): number {
  const startedAt = performance.now();
  const things = Array.from({ length: 200_000 }, (_, index) => ({ key: (index * 7919) % 1000, index }));
  Map.groupBy(
    things.toSorted((a, b) => a.key - b.key),
    ({ key }) => key,
  );
  return performance.now() - startedAt;
}

/** One a minute of each pilot with a job, sent evenly while the cycles run. */
function sendHeartbeats(world: DirectedWorld, perSecond: number) {
  const everyMs = 10;
  const durationsMs: number[] = [];
  const underWay = new Set<Promise<void>>();
  const startedAt = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    // What a blocked loop could not send in time is sent late, as pilots would have.
    for (; sent < ((performance.now() - startedAt) / 1000) * perSecond; sent += 1) {
      const sentAt = performance.now();
      const beat = world.heartbeat().then(() => void durationsMs.push(performance.now() - sentAt));
      underWay.add(beat);
      void beat.finally(() => underWay.delete(beat));
    }
  }, everyMs);
  return async () => {
    clearInterval(timer);
    await Promise.all(underWay);
    return {
      heartbeatsPerSecond: rounded(sent / ((performance.now() - startedAt) / 1000)),
      heartbeatP50Ms: rounded(percentile(durationsMs, 0.5)),
      heartbeatP99Ms: rounded(percentile(durationsMs, 0.99)),
    };
  };
}

export const directorRow: BenchmarkRow = {
  row: 'director',
  budget: '≤ 1 s for a cycle with 18,000 pilots at 40 sites, whose heartbeats go on',
  engines: onBothEngines,
  async run({ quick, engine }) {
    const plan = quick
      ? { sites: 8, vos: 8, pilots: 1000, busy: 900, taskQueues: 500 }
      : { sites: 40, vos: 40, pilots: 18_000, busy: 17_000, taskQueues: 10_000 };
    await using world = await openDirectedWorld(plan, { engine });
    const cycles = quick ? 3 : 10;
    const withPoll: number[] = [];
    const planOnly: number[] = [];
    const heartbeats = sendHeartbeats(world, plan.busy / 60);
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      for (const [isPoll, durations] of [
        [true, withPoll],
        [false, planOnly],
      ] as const) {
        const startedAt = performance.now();
        await world.director.cycle(isPoll);
        durations.push(performance.now() - startedAt);
      }
    }
    const beats = await heartbeats();
    const value = percentile(withPoll, 0.5);
    const yardstick = yardstickMs();
    return {
      row: 'director',
      engine,
      value: rounded(value),
      unit: 'ms',
      yardstick: rounded(yardstick),
      ratio: rounded(value / yardstick),
      scale: `${plan.pilots} pilots (${plan.busy} with a job) at ${plan.sites} sites, ${plan.taskQueues} task queues of ${plan.vos} VOs wait; computing elements simulated`,
      more: {
        firstMs: rounded(withPoll[0] ?? 0),
        maxMs: rounded(Math.max(...withPoll)),
        planMs: rounded(percentile(planOnly, 0.5)),
        submitted: world.submitted(),
        ...beats,
      },
    };
  },
};
