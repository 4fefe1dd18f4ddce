/** The batch queue is open to the owner of the job. Whom else it is open to is not told. */
import type { MatchRule } from '../match-rule.ts';

export const ownerRule: MatchRule = {
  name: 'Owner',
  looksAtOwner: true,
  fits: ({ owner }, { policy }) => policy?.owners === undefined || policy.owners.includes(owner),
  wanted: ({ owner }) => owner,
  offered: ({ policy }) => (policy?.owners === undefined ? 'open to all users' : 'open to some users only'),
};
