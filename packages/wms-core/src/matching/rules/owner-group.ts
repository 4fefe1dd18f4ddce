/** The batch queue is open to the group of the job. Which groups else is told to those alone who may know of them. */
import { enumerated, type MatchRule, type Reader } from '../match-rule.ts';

function openTo(groups: readonly string[], reader: Reader | undefined): string {
  if (groups.length === 0) return 'open to nobody';
  const known = groups.filter((group) => reader?.knowsGroup(group) === true);
  const all = known.length < groups.length ? [...known, 'other groups'] : known;
  return `open to ${enumerated(all, '')} only`;
}

export const ownerGroupRule: MatchRule = {
  name: 'OwnerGroup',
  looksAtOwner: true,
  fits: ({ ownerGroup }, { policy }) =>
    policy?.ownerGroups === undefined || policy.ownerGroups.includes(ownerGroup),
  wanted: ({ ownerGroup }) => ownerGroup,
  offered: ({ policy }, reader) =>
    policy?.ownerGroups === undefined ? 'open to all groups' : openTo(policy.ownerGroups, reader),
};
