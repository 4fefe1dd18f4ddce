/**
 * Which task queue a waiting job stands in: the rows, and after the commit the matcher's index. Called inside
 * the transactions of `job-moves.service.ts` only.
 */
import { createHash } from 'node:crypto';
import { afterCommit, type Work } from '../db/database.ts';
import type { TaskQueueHeads } from '../matching/task-queue-heads.ts';
import type { TaskQueueIndex } from '../matching/task-queue-index.ts';
import { enterTaskQueue, findOrMakeTaskQueue, leaveTaskQueue, rankOf } from './task-queue.store.ts';
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
  /** Many jobs of one priority; costs the matcher no more than one. */
  joinMany(
    jobIds: readonly number[],
    userPriority: number,
    taskQueueId: number,
    requirements: TaskQueueRequirements,
  ): Work<void>;
  enter(job: Waiting, requirements: TaskQueueRequirements, nowMs: number): Work<number>;
  leave(job: Waiting, taskQueueId: number): Work<void>;
}

const digestOf = (key: string): string => createHash('sha256').update(key).digest('hex');

/** Ids of queues are remembered so long; a queue is removed no sooner than five minutes after it retired. */
const rememberMs = 60_000;
const mostRemembered = 20_000;

export function createTaskQueueMembership(
  index: Pick<TaskQueueIndex, 'entered' | 'left'>,
  heads: Pick<TaskQueueHeads, 'entered' | 'grown' | 'left'>,
): TaskQueueMembership {
  const known = new Map<string, { readonly taskQueueId: number; readonly readAtMs: number }>();

  function* queueFor(requirements: TaskQueueRequirements, nowMs: number): Work<number> {
    const key = requirementsKey(requirements);
    const remembered = known.get(key);
    if (remembered && Math.abs(nowMs - remembered.readAtMs) < rememberMs) return remembered.taskQueueId;
    const normalized = normalizeRequirements(requirements);
    const taskQueueId = yield* findOrMakeTaskQueue(digestOf(key), normalized, nowMs);
    yield* afterCommit(() => {
      if (known.size >= mostRemembered) known.clear();
      known.set(key, { taskQueueId, readAtMs: nowMs });
    });
    return taskQueueId;
  }

  function* join(job: Waiting, taskQueueId: number, requirements: TaskQueueRequirements): Work<void> {
    const { jobId, userPriority } = job;
    yield* enterTaskQueue(taskQueueId, userPriority, jobId);
    yield* afterCommit(() => {
      heads.entered(taskQueueId, { rank: rankOf(userPriority), jobId });
      index.entered({ taskQueueId, userPriority, jobs: 1 }, requirements);
    });
  }

  return {
    queueFor,
    join,
    *joinMany(jobIds, userPriority, taskQueueId, requirements) {
      for (const jobId of jobIds) yield* enterTaskQueue(taskQueueId, userPriority, jobId);
      yield* afterCommit(() => {
        heads.grown(taskQueueId);
        index.entered({ taskQueueId, userPriority, jobs: jobIds.length }, requirements);
      });
    },
    *enter(job, requirements, nowMs) {
      const taskQueueId = yield* queueFor(requirements, nowMs);
      yield* join(job, taskQueueId, requirements);
      return taskQueueId;
    },
    *leave({ jobId, userPriority }, taskQueueId) {
      yield* leaveTaskQueue(taskQueueId, userPriority, jobId);
      yield* afterCommit(() => {
        heads.left(taskQueueId, jobId);
        index.left({ taskQueueId, userPriority, jobs: 1 });
      });
    },
  };
}
