/** Enough scratch space is free; a job that says nothing fits everywhere. */
import type { MatchRule } from '../match-rule.ts';

export const diskRule: MatchRule = {
  name: 'DiskSpace',
  fits: ({ diskMiB }, offer) => diskMiB <= offer.diskMiB,
  wanted: ({ diskMiB }) => `${diskMiB} MiB`,
  offered: ({ diskMiB }) => `${Math.floor(diskMiB)} MiB free`,
  relax: (_wanted, offer) => {
    const diskMiB = Math.floor(offer.diskMiB);
    return { requirements: { diskMiB }, advice: `ask for at most ${diskMiB} MiB of DiskSpace` };
  },
};
