/**
 * Which task queue a waiting job stands in: the rows, and after the commit the matcher's index. Called inside
 * the transactions of `job-moves.service.ts` only.
 */
import { createHash } from 'node:crypto';
import { afterCommit, type Work } from '../db/database.ts';
import type { TaskQueueIndex } from '../matching/task-queue-index.ts';
import { enterTaskQueue, findOrMakeTaskQueue, leaveTaskQueue } from './task-queue.store.ts';
import { normalizeRequirements, requirementsKey } from './requirements.ts';
import type { TaskQueueRequirements } from './task-queue.ts';

interface Waiting {
  readonly jobId: number;
  readonly userPriority: number;
}

export interface TaskQueueMembership {
  /** The queue for these requirements, made when it is missing. */
  queueFor(requirements: TaskQueueRequirements, nowMs: number): Work<number>;
  join(job: Waiting, taskQueueId: number, requirements: TaskQueueRequirements): Work<void>;
  enter(job: Waiting, requirements: TaskQueueRequirements, nowMs: number): Work<number>;
  leave(job: Waiting, taskQueueId: number): Work<void>;
}

/** Names a set of requirements beyond the life of its task queue. */
export const digestOf = (requirements: TaskQueueRequirements): string =>
  createHash('sha256').update(requirementsKey(requirements)).digest('hex');

export function createTaskQueueMembership(index: TaskQueueIndex): TaskQueueMembership {
  function* queueFor(requirements: TaskQueueRequirements, nowMs: number): Work<number> {
    return yield* findOrMakeTaskQueue(digestOf(requirements), normalizeRequirements(requirements), nowMs);
  }

  function* join(job: Waiting, taskQueueId: number, requirements: TaskQueueRequirements): Work<void> {
    const { jobId, userPriority } = job;
    yield* enterTaskQueue(taskQueueId, userPriority, jobId);
    yield* afterCommit(() => index.entered({ taskQueueId, userPriority, jobs: 1 }, requirements));
  }

  return {
    queueFor,
    join,
    *enter(job, requirements, nowMs) {
      const taskQueueId = yield* queueFor(requirements, nowMs);
      yield* join(job, taskQueueId, requirements);
      return taskQueueId;
    },
    *leave({ jobId, userPriority }, taskQueueId) {
      yield* leaveTaskQueue(taskQueueId, userPriority, jobId);
      yield* afterCommit(() => index.left({ taskQueueId, userPriority, jobs: 1 }));
    },
  };
}
