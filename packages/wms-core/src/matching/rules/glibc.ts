/** The C library of the node is new enough. */
import { isAtLeastVersion, type MatchRule } from '../match-rule.ts';

export const glibcRule: MatchRule = {
  name: 'MinGlibc',
  fits: ({ minGlibc }, { system }) =>
    !minGlibc || (system?.glibc !== undefined && isAtLeastVersion(system.glibc, minGlibc)),
  wanted: ({ minGlibc }) => (minGlibc ? `glibc ${minGlibc} or newer` : 'any glibc'),
  offered: ({ system }) => (system?.glibc === undefined ? 'no known glibc' : `glibc ${system.glibc}`),
  ease: (wanted, { system }) =>
    system?.glibc === undefined ? undefined : { ...wanted, minGlibc: system.glibc },
};
