/** The slot lasts long enough; both sides in normalised CPU seconds. */
import type { MatchRule } from '../match-rule.ts';

export const cpuTimeRule: MatchRule = {
  name: 'CPUTime',
  fits: ({ cpuTimeS }, offer) => cpuTimeS <= offer.cpuTimeLeftS,
  wanted: ({ cpuTimeS }) => `${cpuTimeS} s`,
  offered: ({ cpuTimeLeftS }) => `${Math.floor(cpuTimeLeftS)} s left`,
};
