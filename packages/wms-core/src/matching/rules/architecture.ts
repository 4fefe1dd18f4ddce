/** The node has one of the wanted kinds of processor. */
import { listed, type MatchRule } from '../match-rule.ts';

export const architectureRule: MatchRule = {
  name: 'Architecture',
  fits: ({ architectures }, { system }) =>
    architectures === undefined ||
    architectures.length === 0 ||
    architectures.includes(system?.architecture ?? ''),
  wanted: ({ architectures = [] }) => listed(architectures, 'any architecture'),
  offered: ({ system }) => system?.architecture ?? 'an unknown architecture',
  ease: (wanted, { system }) =>
    system?.architecture === undefined
      ? undefined
      : { ...wanted, architectures: [...(wanted.architectures ?? []), system.architecture] },
};
