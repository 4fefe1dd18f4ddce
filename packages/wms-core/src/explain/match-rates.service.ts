/** How many jobs like a given one were taken in the last hour: of its task queue, of its owner, of its VO. */
import type { Database } from '../db/database.ts';
import type { Clock } from '../kernel/clock.ts';
import type { TaskQueue } from '../task-queues/task-queue.ts';
import type { MatchRate } from './estimate.ts';
import { readMatchCounts } from './explain.store.ts';
import { countKeys, slotMs, type MatchMeter } from './match-meter.ts';

const windowMs = 3_600_000;

export interface MatchRatesParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly meter: MatchMeter;
  /** Task queues with waiting jobs, weights up to date. */
  readonly weighedQueues: () => readonly TaskQueue[];
}

/** Rates from the nearest to the farthest. `waitingSinceMs`: of the job; before that nothing may have been asked for. */
export type MatchRatesOf = (taskQueue: TaskQueue, waitingSinceMs: number) => Promise<readonly MatchRate[]>;

/** The part of the queue in the weights of all these queues. */
function partOf(taskQueue: TaskQueue, all: readonly TaskQueue[]): number {
  const sum = all.reduce((total, { priority }) => total + priority, 0);
  return sum > 0 ? Math.min(1, taskQueue.priority / sum) : 1;
}

export function createMatchRates(parts: MatchRatesParts): MatchRatesOf {
  const { clock, database, meter } = parts;
  return async (taskQueue, waitingSinceMs) => {
    const nowMs = clock.nowMs();
    const partAmong = (isOne: (other: TaskQueue) => boolean) => () =>
      partOf(taskQueue, parts.weighedQueues().filter(isOne));
    const isOfVo = ({ vo }: TaskQueue): boolean => vo === taskQueue.vo;
    const isOfOwner = (other: TaskQueue): boolean =>
      isOfVo(other) && other.owner === taskQueue.owner && other.ownerGroup === taskQueue.ownerGroup;
    const levels = [
      { key: countKeys.queue(taskQueue.taskQueueId), of: 'jobs of this task queue', part: () => 1 },
      { key: countKeys.owner(taskQueue), of: 'jobs of the same owner', part: partAmong(isOfOwner) },
      { key: countKeys.vo(taskQueue.vo), of: `jobs of ${taskQueue.vo}`, part: partAmong(isOfVo) },
    ];
    const stored = await database.read(() =>
      readMatchCounts(
        levels.map(({ key }) => key),
        nowMs - windowMs,
      ),
    );
    return levels.map(({ key, of, part }): MatchRate => {
      const counts = [...stored.filter(({ counted }) => counted === key), ...meter.waiting(key)].filter(
        ({ slotStartMs }) => slotStartMs > nowMs - windowMs - slotMs,
      );
      const firstMs = Math.min(waitingSinceMs, ...counts.map(({ slotStartMs }) => slotStartMs));
      return {
        of,
        part,
        taken: counts.reduce((sum, { jobs }) => sum + jobs, 0),
        overMs: Math.min(windowMs, nowMs - firstMs),
      };
    });
  };
}
