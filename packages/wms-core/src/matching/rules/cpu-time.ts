/** The slot lasts long enough; both sides in normalised CPU seconds. */
import { cpuTimeSegmentsS } from '../../task-queues/cpu-segments.ts';
import type { MatchRule } from '../match-rule.ts';

export const cpuTimeRule: MatchRule = {
  name: 'CPUTime',
  fits: ({ cpuTimeS }, offer) => cpuTimeS <= offer.cpuTimeLeftS,
  wanted: ({ cpuTimeS }) => `${cpuTimeS} s`,
  offered: ({ cpuTimeLeftS }) => `${Math.floor(cpuTimeLeftS)} s left`,
  ease: (wanted, { cpuTimeLeftS }) => {
    const cpuTimeS = cpuTimeSegmentsS.findLast((segmentS) => segmentS <= cpuTimeLeftS);
    return cpuTimeS === undefined ? undefined : { ...wanted, cpuTimeS };
  },
};
