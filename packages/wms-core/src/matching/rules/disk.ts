/** Enough scratch space is free; a job that says nothing fits everywhere. */
import type { MatchRule } from '../match-rule.ts';

export const diskRule: MatchRule = {
  name: 'DiskSpace',
  fits: ({ diskMiB }, offer) => diskMiB <= offer.diskMiB,
  wanted: ({ diskMiB }) => `${diskMiB} MiB`,
  offered: ({ diskMiB }) => `${diskMiB} MiB free`,
  ease: (wanted, { diskMiB }) => ({ ...wanted, diskMiB: Math.floor(diskMiB) }),
};
