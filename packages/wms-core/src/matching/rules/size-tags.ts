/**
 * What DIRAC's tags for size mean on either side, for the rules about tags. Configurations still write them:
 * `requiredTags: [4Processors]`.
 */
import { sizeTagOf } from '../../task-queues/size-tags.ts';
import { neededMemoryMiB, type TaskQueueRequirements } from '../../task-queues/task-queue.ts';
import type { ResourceOffer } from '../resource.ts';

/** The job uses more than one processor where it gets them: 0 is no upper bound. */
const isMultiProcessor = ({ maxProcessors, minProcessors, wholeNode }: TaskQueueRequirements): boolean =>
  wholeNode || minProcessors > 1 || maxProcessors !== 1;

/** A job has the tag when it says so, or asks for what the tag stands for. */
export function jobHasTag(wanted: TaskQueueRequirements, tag: string): boolean {
  if (wanted.tags.includes(tag)) return true;
  const size = sizeTagOf(tag);
  switch (size?.kind) {
    case 'MultiProcessor':
      return isMultiProcessor(wanted);
    case 'WholeNode':
      return wanted.wholeNode;
    case 'GPU':
      return wanted.gpus > 0;
    case 'Processors':
      return wanted.minProcessors >= size.amount;
    case 'GB':
      return neededMemoryMiB(wanted) >= size.amount * 1000;
    case undefined:
      return false;
  }
}

/** The tags of a job in words, as these rules see them; memory is left out, since nearly every job asks for some. */
export function tagsInWords(wanted: TaskQueueRequirements): string {
  const sizes = ['MultiProcessor', 'WholeNode', 'GPU'].filter((tag) => jobHasTag(wanted, tag));
  const exact = wanted.minProcessors > 1 ? [`${wanted.minProcessors}Processors`] : [];
  const tags = new Set([...wanted.tags, ...exact, ...sizes]);
  return tags.size === 0 ? 'no tags' : [...tags].join(' and ');
}

/** Jobs ask for sizes in numbers; only task queues of older servers may still hold the tag GPU. */
export const resourceHasTag = ({ gpus, tags }: ResourceOffer, tag: string): boolean =>
  tags.includes(tag) || (tag === 'GPU' && gpus > 0);
