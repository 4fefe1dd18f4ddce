/**
 * Puts the parts of a job's life together: index of task queues, moves, rescheduling. Used by `core.ts` and by
 * tests and benches that need no more than jobs.
 */
import type { ConfigurationSnapshot } from './configuration/schema.ts';
import type { Database } from './db/database.ts';
import { createJobMoves, type JobMoves } from './jobs/job-moves.service.ts';
import {
  createJobRescheduling,
  type JobDemand,
  type JobRescheduling,
} from './jobs/job-rescheduling.service.ts';
import { fits } from './matching/match.ts';
import { TaskQueueIndex, type QueueDemand } from './matching/task-queue-index.ts';
import {
  createTaskQueueMembership,
  type TaskQueueMembership,
} from './task-queues/task-queue-membership.service.ts';
import { loadTaskQueues } from './task-queues/task-queue.store.ts';
import { realPriority, taskQueueWeights, type Shares } from './task-queues/shares.ts';

export interface JobCore {
  readonly index: TaskQueueIndex;
  readonly membership: TaskQueueMembership;
  readonly moves: JobMoves;
  readonly rescheduling: JobRescheduling;
}

type ConfigurationHolder = { current(): ConfigurationSnapshot };

/** Loads the index, so the database must be migrated. */
export async function createJobCore(parts: {
  readonly database: Database;
  readonly configuration: ConfigurationHolder;
  readonly demandOf: (processedJdl: string) => JobDemand;
}): Promise<JobCore> {
  const { configuration, demandOf } = parts;
  const index = new TaskQueueIndex({
    fits,
    weights: (_vo, demands) => weightsOf(demands, sharesOf(configuration)),
  });
  index.load(await parts.database.readHeavy(loadTaskQueues));
  const membership = createTaskQueueMembership(index);
  const moves = createJobMoves(membership);
  return {
    index,
    membership,
    moves,
    rescheduling: createJobRescheduling({ moves, configuration, demandOf }),
  };
}

function sharesOf(configuration: ConfigurationHolder): Shares {
  const { vos } = configuration.current().values;
  return {
    voShare: (vo) => vos[vo]?.share ?? 1,
    groupShare: (vo, group) => vos[vo]?.groups[group]?.jobShare ?? 1,
    sharesJobs: (vo, group) => vos[vo]?.groups[group]?.properties.includes('JobSharing') ?? false,
  };
}

function averagePriority(waiting: ReadonlyMap<number, number>): number {
  let sum = 0;
  let jobs = 0;
  for (const [userPriority, count] of waiting) {
    sum += realPriority(userPriority) * count;
    jobs += count;
  }
  return jobs === 0 ? realPriority(0) : sum / jobs;
}

function weightsOf(demands: readonly QueueDemand[], shares: Shares): ReadonlyMap<number, number> {
  const weights = taskQueueWeights(
    demands.map(({ taskQueue: { vo, ownerGroup, owner }, waiting }) => ({
      vo,
      ownerGroup,
      owner,
      averagePriority: averagePriority(waiting),
    })),
    shares,
  );
  return new Map(demands.map(({ taskQueue }, position) => [taskQueue.taskQueueId, weights[position] ?? 1]));
}
