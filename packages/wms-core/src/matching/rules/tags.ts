/** The resource has every feature the job asks for. */
import type { MatchRule } from '../match-rule.ts';

export const tagsRule: MatchRule = {
  name: 'Tags',
  fits: ({ tags }, offer) => tags.every((tag) => offer.tags.includes(tag)),
  wanted: ({ tags }) => (tags.length === 0 ? 'no tags' : tags.join(' and ')),
  offered: ({ tags }) => (tags.length === 0 ? 'no tags' : tags.join(', ')),
  ease: (wanted, offer) => ({
    ...wanted,
    tags: wanted.tags.filter((tag) => offer.tags.includes(tag)),
  }),
};
