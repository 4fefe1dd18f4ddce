/** How long "why is my job waiting?" takes in a full index, with many sites whose nodes are known one by one. */
import {
  aConfiguration,
  anOffer,
  aUser,
  openExplainedWorld,
  someRequirements,
  type ExplainedWorld,
} from '@wm/wms-core/testing';
import { onceOnly, percentile, rounded, type BenchmarkRow } from '../row.ts';
import { rawInsertsPerSecond } from '../yardstick.ts';
import { owners, sites } from './many-jobs.ts';

const nodes = 16;
const batchQueues = ['short', 'long', 'big'];

const configuration = aConfiguration({
  sites: Object.fromEntries(
    sites.map((site) => [
      site,
      {
        computingElements: {
          local: {
            type: 'Local',
            queues: Object.fromEntries(
              batchQueues.map((name, size) => [name, { maxWallTimeS: 200_000, processors: 1 + size * 4 }]),
            ),
          },
        },
      },
    ]),
  ),
});

/** All in one VO: the worst case, since pilots of a VO never take jobs of another. */
function fillIndex({ world }: ExplainedWorld, taskQueues: number): void {
  for (let index = 0; index < taskQueues; index += 1) {
    const requirements = someRequirements({
      owner: `user${index % owners}`,
      memoryMiB: index,
      sites: index % 3 === 0 ? [sites[index % sites.length] ?? 'EGI.Site0.org'] : [],
    });
    world.index.entered({ taskQueueId: 1_000_000 + index, userPriority: 1, jobs: 100 }, requirements);
  }
}

export const explainRow: BenchmarkRow = {
  row: 'explain',
  budget: 'p99 ≤ 20 ms at 10,000 task queues and 40 sites',
  engines: onceOnly,
  async run({ quick }) {
    const taskQueues = quick ? 1000 : 10_000;
    await using it = await openExplainedWorld(configuration);
    for (const site of sites)
      for (let slot = 0; slot < nodes; slot += 1)
        await it.see(site, anOffer({ diskMiB: 50_000 + slot, memoryMiB: 4000 + 100 * slot }), { slot });
    fillIndex(it, taskQueues);
    const fitting = await it.world.submitOne('Executable = "/bin/true";');
    const blocked = await it.world.submitOne('Executable = "/bin/true"; Memory = "900 GB"; Tags = {"x"};');
    const durationsMs: number[] = [];
    const cpuBefore = process.cpuUsage();
    for (let round = 0; round < (quick ? 20 : 200); round += 1)
      for (const jobId of [fitting, blocked]) {
        if (round % 10 === 0) it.world.clock.advanceS(2);
        const startedAt = performance.now();
        await it.explain.job(aUser(), jobId);
        durationsMs.push(performance.now() - startedAt);
      }
    const cpu = process.cpuUsage(cpuBefore);
    const yardstick = rawInsertsPerSecond();
    const p99Ms = percentile(durationsMs, 0.99);
    return {
      row: 'explain',
      engine: 'sqlite',
      value: rounded(p99Ms),
      unit: 'ms (p99)',
      yardstick: rounded(yardstick),
      ratio: rounded(p99Ms / yardstick),
      scale: `${taskQueues} task queues of one VO, ${sites.length} sites with ${batchQueues.length} batch queues each, ${nodes} known nodes a site`,
      more: {
        p50Ms: rounded(percentile(durationsMs, 0.5)),
        // Wall time tells of the neighbours too; this does not.
        cpuMsEach: rounded((cpu.user + cpu.system) / 1000 / durationsMs.length),
      },
    };
  },
};
