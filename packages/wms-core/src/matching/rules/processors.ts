/** Enough processors are free. Bigger slots are welcome: whatever can run may run. */
import type { MatchRule } from '../match-rule.ts';

export const processorsRule: MatchRule = {
  name: 'NumberOfProcessors',
  fits: ({ minProcessors }, offer) => minProcessors <= offer.processors,
  wanted: ({ minProcessors, maxProcessors }) =>
    maxProcessors === minProcessors ? String(minProcessors) : `at least ${minProcessors}`,
  offered: ({ processors }) => `${processors} free`,
  relax: (_wanted, { processors }) =>
    processors < 1
      ? undefined
      : {
          requirements: { minProcessors: processors },
          advice: `be content with ${processors} processor${processors === 1 ? '' : 's'} (MinNumberOfProcessors)`,
        },
};
