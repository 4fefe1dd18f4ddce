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
    const { site, vo, offer } = anyOffer(population);
    const pilot = aPilot({ site, vo, stamp: String(client).padStart(32, '0') });
    if ((await world.matcher.match(pilot, offer, 0)).kind === 'match') matched += 1;
  });
  const cpu = process.threadCpuUsage(cpuBefore);
  return {
    perSecond: (matched * 1000) / (performance.now() - startedAt),
    p99Ms: percentile(durationsMs, 0.99),
    cpuUsEach: (cpu.user + cpu.system) / matched,
  };
}

const draws = 20_000;

/** Microseconds of processor to choose a queue for an offer, nothing else. */
function drawUs(world: JobWorld, population: Population): number {
  const before = process.threadCpuUsage();
  for (let draw = 0; draw < draws; draw++) world.index.draw(anyOffer(population).offer, Math.random);
  const cpu = process.threadCpuUsage(before);
  return (cpu.user + cpu.system) / draws;
}

/** What a pilot of some VO at some site says is free. */
function anyOffer(population: Population) {
  const site = anyOf(sites);
  const vo = anyOf(vos.slice(0, population.vos ?? 1));
  return { site, vo, offer: anOffer({ site, vo, cpuTimeLeftS: 50_000 + Math.random() * 450_000 }) };
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
  readonly drawUs: number;
}

async function measure(engine: Engine, population: Population, forMs: number): Promise<Measured> {
  await using world = await openWorld(engine);
  await fill(world, population);
  const yardstick = await insertsPerSecond(world);
  const speed = await matches(world, population, forMs);
  return { ...speed, drawUs: drawUs(world, population), ...(await another(world)), yardstick };
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
    // As many queues as the large one and a fiftieth of its jobs: what the number of jobs alone does.
    const sparse = await measure(engine, { jobs: 20_000, taskQueues: 10_000, vos: 40 }, forMs);
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
        sparsePerSecond: rounded(sparse.perSecond),
        sparseCpuUsEach: rounded(sparse.cpuUsEach),
        ofSparse: rounded(large.perSecond / sparse.perSecond),
        drawUs: rounded(large.drawUs),
        smallDrawUs: rounded(small.drawUs),
        openMs: rounded(large.openMs),
        indexMiB: rounded(large.indexMiB),
        indexBytesPerJob: rounded((large.indexMiB * 1_048_576) / population.jobs),
      },
    };
  },
};
