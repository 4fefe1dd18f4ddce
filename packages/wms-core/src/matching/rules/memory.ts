/** Enough memory is free; a job that says nothing fits everywhere. */
import type { MatchRule } from '../match-rule.ts';

export const memoryRule: MatchRule = {
  name: 'Memory',
  fits: ({ memoryMiB }, offer) => memoryMiB <= offer.memoryMiB,
  wanted: ({ memoryMiB }) => `${memoryMiB} MiB`,
  offered: ({ memoryMiB }) => `${memoryMiB} MiB free`,
  ease: (wanted, { memoryMiB }) => ({ ...wanted, memoryMiB: Math.floor(memoryMiB) }),
};
