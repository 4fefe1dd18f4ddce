/** The job does not ban this site. */
import type { MatchRule } from '../match-rule.ts';

export const bannedSitesRule: MatchRule = {
  name: 'BannedSites',
  fits: ({ bannedSites }, offer) => !bannedSites.includes(offer.site),
  wanted: ({ bannedSites }) =>
    bannedSites.length === 0 ? 'no site banned' : `not ${bannedSites.join(', not ')}`,
  offered: ({ site }) => site,
  ease: (wanted, { site }) => ({
    ...wanted,
    bannedSites: wanted.bannedSites.filter((banned) => banned !== site),
  }),
};
