/** A pilot of a VO runs jobs of that VO only. */
import type { MatchRule } from '../match-rule.ts';

export const voRule: MatchRule = {
  name: 'VO',
  words: { wanted: ({ vo }) => [vo], offered: ({ vo }) => vo },
  fits: (wanted, offer) => wanted.vo === offer.vo,
  wanted: ({ vo }) => vo,
  offered: ({ vo }) => vo,
};
