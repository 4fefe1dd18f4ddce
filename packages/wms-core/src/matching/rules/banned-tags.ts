/** The resource does not refuse jobs with one of their tags. */
import { enumerated, type MatchRule } from '../match-rule.ts';
import { jobHasTag, tagsInWords } from './size-tags.ts';

export const bannedTagsRule: MatchRule = {
  name: 'BannedTag',
  fits: (wanted, { policy }) => policy?.bannedTags?.some((tag) => jobHasTag(wanted, tag)) !== true,
  wanted: tagsInWords,
  offered: ({ policy }) => {
    const banned = enumerated(policy?.bannedTags ?? [], '');
    return banned === '' ? 'open to all jobs' : `no jobs that ask for ${banned}`;
  },
  ease: (wanted, { policy }) => {
    const banned = policy?.bannedTags?.filter((tag) => jobHasTag(wanted, tag)) ?? [];
    return banned.every((tag) => wanted.tags.includes(tag))
      ? { ...wanted, tags: wanted.tags.filter((tag) => !banned.includes(tag)) }
      : undefined;
  },
};
