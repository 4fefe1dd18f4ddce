/**
 * SQL of task queues and of the jobs waiting in them. The database is the truth; the matcher's index is
 * rebuilt from `loadTaskQueues` (DESIGN D6).
 */
import { deleteBatch, insertBatch } from '../db/batch.ts';
import { askAtAGlance, defer, glance, one, rows, run, type Question, type Work } from '../db/database.ts';
import { placeholders } from '../db/dialect.ts';
import { firstReading, type QueuedJob } from '../matching/task-queue-heads.ts';
import type { TaskQueueRequirements } from './task-queue.ts';

/** The queue with this digest, made when there is none; one that was to be removed stays. */
export function* findOrMakeTaskQueue(
  digest: string,
  requirements: TaskQueueRequirements,
  nowMs: number,
): Work<number> {
  const found = yield* one<{ id: number; retired: number | null }>(
    'select task_queue_id as id, retired_at_ms as retired from task_queues where digest = $1',
    [digest],
  );
  if (found?.retired === null) return found.id;
  const made = yield* one<{ id: number }>(
    `insert into task_queues (digest, requirements, created_at_ms) values ($1, $2, $3)
     on conflict (digest) do update set retired_at_ms = null returning task_queue_id as id`,
    [digest, JSON.stringify(requirements), nowMs],
  );
  if (!made) throw new Error('the insertion of a task queue returned no id');
  return made.id;
}

const membership = { task_queue_id: 'bigint', rank: 'integer', job_id: 'bigint' } as const;
const rival = { table: 'task_queue_jobs', keyColumns: 3 };
const entering = insertBatch('task_queue_jobs', membership, { rival });
const leaving = deleteBatch('task_queue_jobs', membership, { rival });

/** Higher priority first. */
export const rankOf = (userPriority: number): number => 0 - userPriority;

export const enterTaskQueue = (taskQueueId: number, userPriority: number, jobId: number): Work<void> =>
  defer(entering, [taskQueueId, rankOf(userPriority), jobId]);

export const leaveTaskQueue = (taskQueueId: number, userPriority: number, jobId: number): Work<void> =>
  defer(leaving, [taskQueueId, rankOf(userPriority), jobId]);

/** Of several queues at once, which PostgreSQL answers with one look into the index for each. */
const ofFirstJobs: Question = {
  one: `select rank, job_id as "jobId" from task_queue_jobs where task_queue_id = $1 order by rank, job_id limit ${firstReading}`,
  many: `select q.id as "asked", j.rank, j.job_id as "jobId" from unnest($1::bigint[]) as q (id)
    cross join lateral (select rank, job_id from task_queue_jobs where task_queue_id = q.id
      order by rank, job_id limit ${firstReading}) as j
    order by j.rank, j.job_id`,
  key: 'bigint',
};

/** The jobs to take next: highest priority, then lowest id. A hint: the claim sees who left the queue meanwhile. */
export const glanceAtHead = (taskQueueId: number, limit: number): Work<readonly QueuedJob[]> =>
  limit === firstReading
    ? askAtAGlance<QueuedJob>(ofFirstJobs, taskQueueId)
    : glance<QueuedJob>(
        'select rank, job_id as "jobId" from task_queue_jobs where task_queue_id = $1 order by rank, job_id limit $2',
        [taskQueueId, limit],
      );

export interface StoredTaskQueue {
  readonly taskQueueId: number;
  readonly requirements: TaskQueueRequirements;
  /** User priority → jobs waiting with it. */
  readonly waiting: ReadonlyMap<number, number>;
}

/** Task queue → user priority → jobs waiting with it, for queues where somebody waits. */
export function* waitingByTaskQueue(): Work<ReadonlyMap<number, ReadonlyMap<number, number>>> {
  const counts = yield* rows<{ id: number; rank: number; jobs: number }>(
    'select task_queue_id as id, rank, count(*) as jobs from task_queue_jobs group by task_queue_id, rank',
  );
  const waitingById = new Map<number, Map<number, number>>();
  for (const { id, rank, jobs } of counts) {
    const waiting = waitingById.get(id) ?? new Map<number, number>();
    waitingById.set(id, waiting.set(rank === 0 ? 0 : -rank, jobs));
  }
  return waitingById;
}

const mostAsked = 1000;

export function* requirementsOfTaskQueues(
  taskQueueIds: readonly number[],
): Work<ReadonlyMap<number, TaskQueueRequirements>> {
  const found = new Map<number, TaskQueueRequirements>();
  for (let from = 0; from < taskQueueIds.length; from += mostAsked) {
    const asked = taskQueueIds.slice(from, from + mostAsked);
    const queues = yield* rows<{ id: number; requirements: string }>(
      `select task_queue_id as id, requirements from task_queues where task_queue_id in (${placeholders(asked.length)})`,
      asked,
    );
    for (const { id, requirements } of queues)
      found.set(id, JSON.parse(requirements) as TaskQueueRequirements);
  }
  return found;
}

export function* loadTaskQueues(): Work<readonly StoredTaskQueue[]> {
  const waitingById = yield* waitingByTaskQueue();
  const queues = yield* rows<{ id: number; requirements: string }>(
    'select task_queue_id as id, requirements from task_queues order by task_queue_id',
  );
  return queues.map(({ id, requirements }) => ({
    taskQueueId: id,
    requirements: JSON.parse(requirements) as TaskQueueRequirements,
    waiting: waitingById.get(id) ?? new Map<number, number>(),
  }));
}

const isEmpty = 'not exists (select 1 from task_queue_jobs j where j.task_queue_id = q.task_queue_id)';

/**
 * Removes queues nobody waits in, at most `limit`, in two steps: they retire first and go when they were not used
 * again for `restMs`, because a process may remember the id of a queue for a minute.
 */
export function* removeEmptyTaskQueues(nowMs: number, restMs: number, limit: number): Work<void> {
  yield* run(
    `delete from task_queues where task_queue_id in (
       select q.task_queue_id from task_queues q where q.retired_at_ms < $1 and ${isEmpty} limit $2)`,
    [nowMs - restMs, limit],
  );
  yield* run(
    `update task_queues set retired_at_ms = $1 where task_queue_id in (
       select q.task_queue_id from task_queues q
       where q.retired_at_ms is null and q.created_at_ms < $2 and ${isEmpty} limit $3)`,
    [nowMs, nowMs - restMs, limit],
  );
}
