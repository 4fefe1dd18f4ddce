/** The job runs in pilots of this kind. Generic ones are all there are; DIRAC's private ones run jobs of their owner. */
import type { MatchRule } from '../match-rule.ts';
import type { ResourceOffer } from '../resource.ts';

const kindOf = ({ policy }: ResourceOffer): string => policy?.pilotType ?? 'generic';

export const pilotTypeRule: MatchRule = {
  name: 'PilotType',
  fits: ({ pilotType }, offer) => pilotType === undefined || pilotType === kindOf(offer),
  wanted: ({ pilotType }) => (pilotType === undefined ? 'any pilot' : `a ${pilotType} pilot`),
  offered: (offer) => `a ${kindOf(offer)} pilot`,
  ease: (wanted, { policy }) => ({ ...wanted, pilotType: policy?.pilotType ?? 'generic' }),
};
