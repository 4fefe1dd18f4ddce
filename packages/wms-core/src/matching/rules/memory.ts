/**
 * Enough memory is free: what the job needs in all and, for the fewest processors it can use, what it needs for
 * each. A job that says nothing fits everywhere.
 */
import { neededMemoryMiB } from '../../task-queues/task-queue.ts';
import type { MatchRule } from '../match-rule.ts';

export const memoryRule: MatchRule = {
  name: 'Memory',
  fits: (wanted, offer) => neededMemoryMiB(wanted) <= offer.memoryMiB,
  wanted: (wanted) =>
    wanted.memoryPerProcessorMiB === undefined
      ? `${wanted.memoryMiB} MiB`
      : `${neededMemoryMiB(wanted)} MiB (${wanted.memoryPerProcessorMiB} MiB for each of ${wanted.minProcessors})`,
  offered: ({ memoryMiB }) => `${Math.floor(memoryMiB)} MiB free`,
  relax: ({ minProcessors, memoryMiB, memoryPerProcessorMiB }, offer) => {
    const freeMiB = Math.floor(offer.memoryMiB);
    if (memoryPerProcessorMiB === undefined)
      return { requirements: { memoryMiB: freeMiB }, advice: `ask for at most ${freeMiB} MiB of Memory` };
    const inAllMiB = Math.min(memoryMiB, freeMiB);
    const eachMiB = Math.floor((freeMiB - inAllMiB) / minProcessors);
    return {
      requirements: { memoryMiB: inAllMiB, memoryPerProcessorMiB: eachMiB },
      advice: `ask for at most ${eachMiB} MiB of MemoryPerProcessor${inAllMiB < memoryMiB ? ` and ${inAllMiB} MiB of Memory` : ''}`,
    };
  },
};
