/** The batch queue is open to the group of the job. */
import { enumerated, type MatchRule } from '../match-rule.ts';

export const ownerGroupRule: MatchRule = {
  name: 'OwnerGroup',
  looksAtOwner: true,
  fits: ({ ownerGroup }, { policy }) =>
    policy?.ownerGroups === undefined || policy.ownerGroups.includes(ownerGroup),
  wanted: ({ ownerGroup }) => ownerGroup,
  offered: ({ policy }) =>
    policy?.ownerGroups === undefined
      ? 'open to all groups'
      : `only ${enumerated(policy.ownerGroups, 'nobody')}`,
};
