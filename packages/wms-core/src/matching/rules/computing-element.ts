/** The job names no computing element, or this one. */
import { listed, type MatchRule } from '../match-rule.ts';

export const computingElementRule: MatchRule = {
  name: 'GridCE',
  fits: ({ computingElements }, offer) =>
    computingElements.length === 0 || computingElements.includes(offer.computingElement),
  wanted: ({ computingElements }) => listed(computingElements, 'any computing element'),
  offered: ({ computingElement }) => computingElement,
  ease: (wanted, { computingElement }) => ({
    ...wanted,
    computingElements: [...wanted.computingElements, computingElement],
  }),
};
