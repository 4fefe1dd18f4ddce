/** The node answers to one of the wanted names of systems. */
import { enumerated, listed, type MatchRule } from '../match-rule.ts';

export const operatingSystemRule: MatchRule = {
  name: 'OperatingSystem',
  fits: ({ operatingSystems }, { system }) =>
    operatingSystems === undefined ||
    operatingSystems.length === 0 ||
    operatingSystems.some((name) => system?.operatingSystems?.includes(name) === true),
  wanted: ({ operatingSystems = [] }) => listed(operatingSystems, 'any operating system'),
  offered: ({ system }) => enumerated(system?.operatingSystems ?? [], 'an unknown operating system'),
  ease: (wanted, { system }) => {
    const name = system?.operatingSystems?.[0];
    return name === undefined
      ? undefined
      : { ...wanted, operatingSystems: [...(wanted.operatingSystems ?? []), name] };
  },
};
