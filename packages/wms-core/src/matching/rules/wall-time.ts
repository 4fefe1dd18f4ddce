/** The slot lasts long enough by the clock on the wall; a job that says nothing fits everywhere. */
import type { MatchRule } from '../match-rule.ts';
import type { ResourceOffer } from '../resource.ts';

const leftS = (offer: ResourceOffer): number => offer.wallTimeLeftS ?? offer.cpuTimeLeftS;

export const wallTimeRule: MatchRule = {
  name: 'WallTime',
  fits: ({ wallTimeS }, offer) => wallTimeS === undefined || wallTimeS <= leftS(offer),
  wanted: ({ wallTimeS }) => (wallTimeS === undefined ? 'no matter how long' : `${wallTimeS} s`),
  offered: (offer) => `${Math.floor(leftS(offer))} s left`,
  ease: (wanted, offer) => {
    const wallTimeS = Math.floor(leftS(offer));
    return wallTimeS < 1 ? undefined : { ...wanted, wallTimeS };
  },
};
