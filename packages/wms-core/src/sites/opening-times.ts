/**
 * When closed batch queues take pilots again by themselves: what site managers said ends, and what stands under it (the
 * configuration, or what was said of something larger) lets pilots in. Pure.
 */
import type { Configuration } from '../configuration/schema.ts';
import { batchQueuesOf } from '../pilots/pilot-classes.ts';
import { isInForce, withStatuses, type SetStatus } from './status-overlay.ts';

/**
 * `values`: of the file, nothing laid over it. By the key of the class of pilots, the first instant from now on at
 * which an end leaves it open; a queue that nothing known opens is not in it.
 */
export function openingTimes(
  values: Configuration,
  statuses: readonly SetStatus[],
  nowMs: number,
): ReadonlyMap<string, number> {
  const openings = new Map<string, number>();
  for (const endMs of endsOf(statuses, nowMs)) {
    const then = withStatuses(
      values,
      statuses.filter((each) => isInForce(each, endMs)),
    );
    for (const { isOpen, key } of batchQueuesOf(then))
      if (isOpen && !openings.has(key)) openings.set(key, endMs);
  }
  return openings;
}

const endsOf = (statuses: readonly SetStatus[], nowMs: number): readonly number[] => [
  ...new Set(
    statuses
      .flatMap(({ untilMs }) => (untilMs !== null && untilMs > nowMs ? [untilMs] : []))
      .toSorted((a, b) => a - b),
  ),
];
