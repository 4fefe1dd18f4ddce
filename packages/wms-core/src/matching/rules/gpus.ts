/** Enough GPUs are free. */
import type { MatchRule } from '../match-rule.ts';

export const gpusRule: MatchRule = {
  name: 'NumberOfGPUs',
  fits: ({ gpus }, offer) => gpus <= offer.gpus,
  wanted: ({ gpus }) => String(gpus),
  offered: ({ gpus }) => `${gpus} free`,
  relax: (_wanted, { gpus }) => ({
    requirements: { gpus },
    advice: gpus === 0 ? 'do without GPUs' : `be content with ${gpus} in NumberOfGPUs`,
  }),
};
