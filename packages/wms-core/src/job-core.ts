/**
 * Puts a job's life together: submission, matching, reports, monitoring. What lies outside of it (proxies,
 * sandboxes) comes in as functions, so tests and benches need no more than a database.
 */
import type { ConfigurationSnapshot } from './configuration/schema.ts';
import type { Database } from './db/database.ts';
import { createJobManagerService, type JobManagerParts } from './jobs/job-manager.service.ts';
import { createJobMonitoringService } from './jobs/job-monitoring.service.ts';
import { createJobMoves, type JobMoves } from './jobs/job-moves.service.ts';
import { createJobRescheduling, type JobRescheduling } from './jobs/job-rescheduling.service.ts';
import { createJobStateUpdateService, type AssignOutputSandbox } from './jobs/job-state-update.service.ts';
import {
  createStoreSubmission,
  type AssignInputSandboxes,
  type StoreSubmission,
} from './jobs/job-submission.service.ts';
import { createLostJobs, type LostJobs } from './jobs/lost-jobs.service.ts';
import { createSetJobStatus } from './jobs/set-job-status.service.ts';
import type { Clock } from './kernel/clock.ts';
import type { Logger } from './kernel/logger.ts';
import { fits } from './matching/match.ts';
import {
  createMatcherService,
  type InputSandboxDoors,
  type MatcherParts,
} from './matching/matcher.service.ts';
import { TaskQueueHeads } from './matching/task-queue-heads.ts';
import { TaskQueueIndex, type QueueDemand } from './matching/task-queue-index.ts';
import { realPriority, taskQueueWeights, type Shares } from './task-queues/shares.ts';
import { createTaskQueueMembership } from './task-queues/task-queue-membership.service.ts';
import { loadTaskQueues } from './task-queues/task-queue.store.ts';
import type { Core } from './use-cases.ts';

export interface JobCoreParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly configuration: ConfigurationHolder;
  /** Gives [0, 1). */
  readonly random: () => number;
  readonly requireProxy: JobManagerParts['requireProxy'];
  readonly assignInputSandboxes: AssignInputSandboxes;
  readonly assignOutputSandbox: AssignOutputSandbox;
  readonly inputSandboxDoors: InputSandboxDoors;
  /** Told inside the transaction that gives a job to a pilot. */
  readonly pilotMatched: MatcherParts['pilotMatched'];
  readonly noteMatch?: MatcherParts['noteMatch'];
}

export interface JobCore extends Pick<Core, 'jobs' | 'monitoring' | 'matcher' | 'stateUpdate'> {
  readonly index: TaskQueueIndex;
  readonly moves: JobMoves;
  readonly rescheduling: JobRescheduling;
  readonly lostJobs: LostJobs;
  /** What a submission stores, for those who bring prepared jobs of their own. */
  readonly storeSubmission: StoreSubmission;
}

type ConfigurationHolder = { current(): ConfigurationSnapshot };

/** Loads the index of task queues, so the database must be migrated. */
export async function createJobCore(parts: JobCoreParts): Promise<JobCore> {
  const { configuration } = parts;
  const index = new TaskQueueIndex({
    fits,
    weights: (_vo, demands) => weightsOf(demands, sharesOf(configuration)),
  });
  index.load(await parts.database.read(loadTaskQueues));
  const heads = new TaskQueueHeads();
  const taskQueues = createTaskQueueMembership(index, heads);
  const moves = createJobMoves(taskQueues);
  const rescheduling = createJobRescheduling({ moves, configuration });
  const storeSubmission = createStoreSubmission({ ...parts, taskQueues });
  const setJobStatus = createSetJobStatus({ ...parts, moves });
  return {
    index,
    moves,
    rescheduling,
    storeSubmission,
    lostJobs: createLostJobs({ ...parts, rescheduling }),
    jobs: createJobManagerService({ ...parts, moves, rescheduling, storeSubmission, setJobStatus }),
    monitoring: createJobMonitoringService(parts),
    matcher: createMatcherService({ ...parts, index, heads, fits, moves, rescheduling }),
    stateUpdate: createJobStateUpdateService({ ...parts, moves, rescheduling }),
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
