/**
 * DIRAC says sizes in tags (wms.md §4, §5.4); here they are numbers. What such a tag means on either side, for the
 * rules about tags. Configurations still write them: `requiredTags: [4Processors]`.
 */
import { neededMemoryMiB, type TaskQueueRequirements } from '../../task-queues/task-queue.ts';
import type { ResourceOffer } from '../resource.ts';

/** A job has the tag when it says so, or asks for what the tag stands for. */
export function jobHasTag(wanted: TaskQueueRequirements, tag: string): boolean {
  if (wanted.tags.includes(tag)) return true;
  if (tag === 'MultiProcessor') return wanted.minProcessors > 1 || wanted.wholeNode;
  if (tag === 'WholeNode') return wanted.wholeNode;
  if (tag === 'GPU') return wanted.gpus > 0;
  const [, amount, kind] = /^(\d{1,4})(Processors|GB)$/.exec(tag) ?? [];
  if (kind === undefined) return false;
  return kind === 'Processors'
    ? wanted.minProcessors >= Number(amount)
    : neededMemoryMiB(wanted) >= Number(amount) * 1000;
}

/** Jobs ask for sizes in numbers; only task queues of older servers may still hold the tag GPU. */
export const resourceHasTag = ({ gpus, tags }: ResourceOffer, tag: string): boolean =>
  tags.includes(tag) || (tag === 'GPU' && gpus > 0);
