/**
 * Which task queues take part in a draw now, beside the rules: no limit stands against them where the pilot is, and
 * their owner is not held. One answer for the matcher and for everybody who tells what the matcher would do. Pure.
 */
import type { TaskQueue } from '../task-queues/task-queue.ts';
import { fits } from './match.ts';
import type { ResourceOffer } from './resource.ts';
import type { RunningLimits } from './running-limits.ts';

export interface Gates {
  readonly limits: Pick<RunningLimits, 'at' | 'obstacle'>;
  /** True while the owner's jobs must not start: he has no proxy for them. */
  readonly isHeld: (taskQueue: TaskQueue) => boolean;
}

/** Those open to a pilot of this place; looks the limits of the place up once, since a draw asks for every queue. */
export function openQueues(
  { isHeld, limits }: Gates,
  place: Pick<ResourceOffer, 'site' | 'computingElement'>,
  nowMs: number,
): (taskQueue: TaskQueue) => boolean {
  const limitsHere = limits.at(place);
  return (taskQueue) => !isHeld(taskQueue) && limits.obstacle(limitsHere, taskQueue, nowMs) === undefined;
}

/** Whether a pilot with this offer may be given jobs of the queue: they fit, and it is open. */
export const mayServe = (gates: Gates, taskQueue: TaskQueue, offer: ResourceOffer, nowMs: number): boolean =>
  fits(taskQueue, offer) && openQueues(gates, offer, nowMs)(taskQueue);
