/**
 * The resource may be reserved for jobs that ask for something. Multi-processor, whole-node and GPU jobs say so
 * in numbers, so the tags DIRAC gives them count here too.
 */
import type { TaskQueueRequirements } from '../../task-queues/task-queue.ts';
import type { MatchRule } from '../match-rule.ts';

function asksFor(wanted: TaskQueueRequirements, tag: string): boolean {
  if (wanted.tags.includes(tag)) return true;
  if (tag === 'MultiProcessor') return wanted.minProcessors > 1 || wanted.wholeNode;
  if (tag === 'WholeNode') return wanted.wholeNode;
  return tag === 'GPU' && wanted.gpus > 0;
}

export const requiredTagsRule: MatchRule = {
  name: 'RequiredTag',
  fits: (wanted, offer) => offer.requiredTags.every((tag) => asksFor(wanted, tag)),
  wanted: ({ tags }) => (tags.length === 0 ? 'no tags' : tags.join(' and ')),
  offered: ({ requiredTags }) =>
    requiredTags.length === 0 ? 'open to all jobs' : `only jobs that ask for ${requiredTags.join(' and ')}`,
  ease: (wanted, { requiredTags }) => ({
    ...wanted,
    tags: [...wanted.tags, ...requiredTags.filter((tag) => !asksFor(wanted, tag))],
  }),
};
