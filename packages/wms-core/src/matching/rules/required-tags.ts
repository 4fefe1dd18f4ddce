/**
 * The resource may be reserved for jobs that ask for something. Multi-processor, whole-node and GPU jobs say so
 * in numbers, so the tags DIRAC gives them count here too: `4Processors` keeps small jobs out of big slots.
 */
import { sizeTagOf } from '../../task-queues/size-tags.ts';
import type { MatchRule } from '../match-rule.ts';
import { jobHasTag, tagsInWords } from './size-tags.ts';

export const requiredTagsRule: MatchRule = {
  name: 'RequiredTag',
  fits: (wanted, offer) => offer.requiredTags.every((tag) => jobHasTag(wanted, tag)),
  wanted: tagsInWords,
  offered: ({ requiredTags }) =>
    requiredTags.length === 0 ? 'open to all jobs' : `only jobs that ask for ${requiredTags.join(' and ')}`,
  /** To ask for more than one needs, only to get in, is no help: of sizes nothing is said. */
  ease: (wanted, { requiredTags }) => {
    const missing = requiredTags.filter((tag) => !jobHasTag(wanted, tag));
    return missing.some((tag) => sizeTagOf(tag) !== undefined)
      ? undefined
      : { ...wanted, tags: [...wanted.tags, ...missing] };
  },
};
