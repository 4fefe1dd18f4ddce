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
  /** What is needed in all is kept as far as it goes; the rest is divided among the processors. */
  ease: (wanted, offer) => {
    const memoryMiB = Math.min(wanted.memoryMiB, Math.floor(offer.memoryMiB));
    if (wanted.memoryPerProcessorMiB === undefined) return { ...wanted, memoryMiB };
    const memoryPerProcessorMiB = Math.floor((offer.memoryMiB - memoryMiB) / wanted.minProcessors);
    return { ...wanted, memoryMiB, memoryPerProcessorMiB };
  },
};
