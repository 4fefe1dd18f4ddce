/** Enough processors are free. Bigger slots are welcome: whatever can run may run. */
import type { MatchRule } from '../match-rule.ts';

export const processorsRule: MatchRule = {
  name: 'NumberOfProcessors',
  fits: ({ minProcessors }, offer) => minProcessors <= offer.processors,
  wanted: ({ minProcessors, maxProcessors }) =>
    maxProcessors === minProcessors ? String(minProcessors) : `at least ${minProcessors}`,
  offered: ({ processors }) => `${processors} free`,
  ease: (wanted, { processors }) => {
    if (processors < 1) return undefined;
    const isExact = wanted.maxProcessors === wanted.minProcessors;
    return { ...wanted, minProcessors: processors, ...(isExact && { maxProcessors: processors }) };
  },
};
