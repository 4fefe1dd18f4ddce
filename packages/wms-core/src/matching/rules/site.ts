/** The job names no site, or this one. */
import { listed, type MatchRule } from '../match-rule.ts';

export const siteRule: MatchRule = {
  name: 'Site',
  words: { wanted: ({ sites }) => sites, offered: ({ site }) => site },
  fits: ({ sites }, offer) => sites.length === 0 || sites.includes(offer.site),
  wanted: ({ sites }) => listed(sites, 'any site'),
  offered: ({ site }) => site,
  ease: (wanted, { site }) => ({ ...wanted, sites: [...wanted.sites, site] }),
};
