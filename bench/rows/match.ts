/** How fast pilots get jobs out of a full database, and how much size costs. */
import { anOffer, aPilot } from '@wm/wms-core/testing';
import { percentile, rounded, type BenchmarkRow } from '../row.ts';
import { rawInsertsPerSecond } from '../yardstick.ts';
import { fill, hammer, openWorld, sites, type Population } from './many-jobs.ts';

const forMs = 4000;

async function measure(population: Population) {
  await using world = await openWorld();
  await fill(world, population);
  let matched = 0;
  const startedAt = performance.now();
  const isOver = (): boolean => performance.now() - startedAt > forMs || matched >= population.jobs * 0.5;
  const durationsMs = await hammer(64, isOver, async (client) => {
    const site = sites[Math.floor(Math.random() * sites.length)] ?? 'EGI.Site0.org';
    const pilot = aPilot({ site, stamp: String(client).padStart(32, '0') });
    const offer = anOffer({ cpuTimeLeftS: 50_000 + Math.random() * 450_000 });
    if ((await world.matcher.match(pilot, offer, 0)).kind === 'match') matched += 1;
  });
  return {
    perSecond: (matched * 1000) / (performance.now() - startedAt),
    p99Ms: percentile(durationsMs, 0.99),
  };
}

export const matchRow: BenchmarkRow = {
  row: 'match',
  budget: '≥ 3,000/s, < 20 % slower than at 1 k jobs; aim 10,000/s, p99 ≤ 10 ms',
  async run({ quick }) {
    const population = quick ? { jobs: 20_000, taskQueues: 2000 } : { jobs: 1_000_000, taskQueues: 10_000 };
    const small = await measure({ jobs: 5000, taskQueues: 100 });
    const large = await measure(population);
    const yardstick = rawInsertsPerSecond();
    return {
      row: 'match',
      engine: 'sqlite',
      value: rounded(large.perSecond),
      unit: 'matches/s',
      yardstick: rounded(yardstick),
      ratio: rounded(large.perSecond / yardstick),
      scale: `${population.jobs} waiting jobs in ${population.taskQueues} task queues, 64 pilots at once`,
      more: {
        p99Ms: rounded(large.p99Ms),
        smallPerSecond: rounded(small.perSecond),
        ofSmall: rounded(large.perSecond / small.perSecond),
      },
    };
  },
};
