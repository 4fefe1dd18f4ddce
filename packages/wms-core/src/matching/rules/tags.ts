/** The resource has every feature the job asks for. */
import { enumerated, type MatchRule } from '../match-rule.ts';
import { resourceHasTag } from './size-tags.ts';

export const tagsRule: MatchRule = {
  name: 'Tags',
  fits: ({ tags }, offer) => tags.every((tag) => resourceHasTag(offer, tag)),
  wanted: ({ tags }) => (tags.length === 0 ? 'no tags' : tags.join(' and ')),
  offered: ({ tags }) => enumerated(tags, 'no tags'),
  ease: (wanted, offer) => ({
    ...wanted,
    tags: wanted.tags.filter((tag) => resourceHasTag(offer, tag)),
  }),
};
