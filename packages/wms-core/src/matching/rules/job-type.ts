/**
 * The type of the job may run here. A queue allows or bans types, and a site that is neither Active nor Degraded
 * runs tests only.
 */
import { enumerated, type MatchRule } from '../match-rule.ts';

export const jobTypeRule: MatchRule = {
  name: 'JobType',
  fits: ({ jobType }, { policy }) =>
    (policy?.jobTypes === undefined || policy.jobTypes.includes(jobType)) &&
    policy?.bannedJobTypes?.includes(jobType) !== true,
  wanted: ({ jobType }) => jobType,
  offered: ({ policy }) => {
    const allowed =
      policy?.jobTypes === undefined ? 'all types' : `only ${enumerated(policy.jobTypes, 'no type')}`;
    const banned = enumerated(policy?.bannedJobTypes ?? [], '');
    return banned === '' ? allowed : `${allowed}, but not ${banned}`;
  },
};
