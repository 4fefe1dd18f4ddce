/**
 * How fast pilots get jobs out of a full database, what size costs, and what the index that chooses for them weighs.
 */
import { anOffer, aPilot, createJobCore, type JobWorld } from '@wm/wms-core/testing';
import { onBothEngines, percentile, rounded, type BenchmarkRow, type Engine } from '../row.ts';
import { insertsPerSecond } from '../yardstick.ts';
import { fill, hammer, openWorld, sites, vos, type Population } from './many-jobs.ts';

const pilots = 64;

interface Speed {
  readonly perSecond: number;
  readonly p99Ms: number;
  readonly cpuUsEach: number;
}

/** Pilots of all VOs at all sites ask until the time is over or half the jobs are gone. */
async function matches(world: JobWorld, population: Population, forMs: number): Promise<Speed> {
  let matched = 0;
  const startedAt = performance.now();
  const cpuBefore = process.threadCpuUsage();
  const isOver = (): boolean => performance.now() - startedAt > forMs || matched >= population.jobs * 0.5;
  const durationsMs = await hammer(pilots, isOver, async (client) => {
    const site = anyOf(sites);
    const vo = anyOf(vos.slice(0, population.vos ?? 1));
    const pilot = aPilot({ site, vo, stamp: String(client).padStart(32, '0') });
    const offer = anOffer({ site, vo, cpuTimeLeftS: 50_000 + Math.random() * 450_000 });
    if ((await world.matcher.match(pilot, offer, 0)).kind === 'match') matched += 1;
  });
  const cpu = process.threadCpuUsage(cpuBefore);
  return {
    perSecond: (matched * 1000) / (performance.now() - startedAt),
    p99Ms: percentile(durationsMs, 0.99),
    cpuUsEach: (cpu.user + cpu.system) / matched,
  };
}

const anyOf = (list: readonly string[]): string => list[Math.floor(Math.random() * list.length)] ?? '';

interface Weight {
  readonly openMs: number;
  readonly indexMiB: number;
  readonly taskQueues: number;
}

/** A second core on the same database: how long it takes to be ready, and how much its index keeps. */
async function another(world: JobWorld): Promise<Weight> {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const startedAt = performance.now();
  const core = await createJobCore(world.parts);
  const openMs = performance.now() - startedAt;
  globalThis.gc?.();
  const indexMiB = (process.memoryUsage().heapUsed - before) / 1_048_576;
  // Asked for last, so that it is still held when its memory is weighed.
  return { openMs, indexMiB, taskQueues: core.index.size().taskQueues };
}

interface Measured extends Speed, Weight {
  readonly yardstick: number;
}

async function measure(engine: Engine, population: Population, forMs: number): Promise<Measured> {
  await using world = await openWorld(engine);
  await fill(world, population);
  const yardstick = await insertsPerSecond(world);
  const speed = await matches(world, population, forMs);
  return { ...speed, ...(await another(world)), yardstick };
}

export const matchRow: BenchmarkRow = {
  row: 'match',
  budget: '≥ 3,000/s, < 20 % slower than at 1 k jobs; aim 10,000/s, p99 ≤ 10 ms',
  engines: onBothEngines,
  async run({ quick, engine }) {
    const population = quick
      ? { jobs: 20_000, taskQueues: 10_000, vos: 40 }
      : { jobs: 1_000_000, taskQueues: 10_000, vos: 40 };
    const forMs = quick ? 1000 : 5000;
    // The first world of a process meets code that was never run.
    await measure(engine, { jobs: 5000, taskQueues: 100 }, forMs);
    const small = await measure(engine, { jobs: 5000, taskQueues: 100 }, forMs);
    const large = await measure(engine, population, forMs);
    return {
      row: 'match',
      engine,
      value: rounded(large.perSecond),
      unit: 'matches/s',
      yardstick: rounded(large.yardstick),
      ratio: rounded(large.perSecond / large.yardstick),
      scale: `${population.jobs} waiting jobs in ${population.taskQueues} task queues of ${population.vos} VOs, ${pilots} pilots at once`,
      more: {
        p99Ms: rounded(large.p99Ms),
        cpuUsEach: rounded(large.cpuUsEach),
        smallPerSecond: rounded(small.perSecond),
        smallCpuUsEach: rounded(small.cpuUsEach),
        ofSmall: rounded(large.perSecond / small.perSecond),
        openMs: rounded(large.openMs),
        indexMiB: rounded(large.indexMiB),
        indexBytesPerJob: rounded((large.indexMiB * 1_048_576) / population.jobs),
      },
    };
  },
};
