/** Enough GPUs are free. */
import type { MatchRule } from '../match-rule.ts';

export const gpusRule: MatchRule = {
  name: 'NumberOfGPUs',
  fits: ({ gpus }, offer) => gpus <= offer.gpus,
  wanted: ({ gpus }) => String(gpus),
  offered: ({ gpus }) => `${gpus} free`,
  ease: (wanted, { gpus }) => ({ ...wanted, gpus }),
};
