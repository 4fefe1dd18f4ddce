/** The job does not ban this computing element. */
import type { MatchRule } from '../match-rule.ts';

export const bannedComputingElementsRule: MatchRule = {
  name: 'BannedGridCEs',
  fits: ({ bannedComputingElements }, offer) =>
    bannedComputingElements === undefined || !bannedComputingElements.includes(offer.computingElement),
  wanted: ({ bannedComputingElements = [] }) =>
    bannedComputingElements.length === 0
      ? 'no computing element banned'
      : `not ${bannedComputingElements.join(', not ')}`,
  offered: ({ computingElement }) => computingElement,
  ease: (wanted, { computingElement }) => ({
    ...wanted,
    bannedComputingElements:
      wanted.bannedComputingElements?.filter((banned) => banned !== computingElement) ?? [],
  }),
};
