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
  relax: ({ architectures = [] }, { system }) =>
    system?.architecture === undefined
      ? { requirements: { architectures: [] }, advice: 'leave Architecture out' }
      : {
          requirements: { architectures: [...architectures, system.architecture] },
          advice: `add ${system.architecture} to Architecture, or leave Architecture out`,
        },
};
