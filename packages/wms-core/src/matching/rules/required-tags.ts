/**
 * The resource may be reserved for jobs that ask for something. Multi-processor, whole-node and GPU jobs say so
 * in numbers, so the tags DIRAC gives them count here too: `4Processors` keeps small jobs out of big slots.
 */
import type { MatchRule } from '../match-rule.ts';
import { jobHasTag } from './size-tags.ts';

const isSize = (tag: string): boolean =>
  /^(?:\d{1,4}(?:Processors|GB)|MultiProcessor|WholeNode|GPU)$/.test(tag);

export const requiredTagsRule: MatchRule = {
  name: 'RequiredTag',
  fits: (wanted, offer) => offer.requiredTags.every((tag) => jobHasTag(wanted, tag)),
  wanted: ({ tags }) => (tags.length === 0 ? 'no tags' : tags.join(' and ')),
  offered: ({ requiredTags }) =>
    requiredTags.length === 0 ? 'open to all jobs' : `only jobs that ask for ${requiredTags.join(' and ')}`,
  /** To ask for more than one needs, only to get in, is no help: of sizes nothing is said. */
  ease: (wanted, { requiredTags }) => {
    const missing = requiredTags.filter((tag) => !jobHasTag(wanted, tag));
    return missing.some(isSize) ? undefined : { ...wanted, tags: [...wanted.tags, ...missing] };
  },
};
