/**
 * Puts a job's life together: submission, matching, reports, monitoring. What lies outside of it (proxies,
 * sandboxes) comes in as functions, so tests and benches need no more than a database.
 */
import { createAccounting } from './accounting/accounting.service.ts';
import type { ConfigurationSnapshot } from './configuration/schema.ts';
import type { Database, Work } from './db/database.ts';
import { createActOnJob } from './jobs/act-on-job.service.ts';
import { createEraseJob, type EraseJob } from './jobs/erase-job.service.ts';
import type { Broadcast } from './db/broadcast.ts';
import { createBulks, withBulks, type Bulks } from './jobs/bulk/bulks.service.ts';
import { operateNamedJobs } from './jobs/bulk/named-jobs.service.ts';
import type { AssignBulkSandboxes } from './jobs/bulk/bulk-submission.service.ts';
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
import { createOptimizerAgent, type OptimizerAgent } from './jobs/optimizers/optimizer.agent.ts';
import type { OptimizerPorts } from './jobs/optimizers/optimizer.ts';
import { createOptimizers, type Optimizers } from './jobs/optimizers/optimizers.service.ts';
import { createGiveBack } from './jobs/operations/give-back.service.ts';
import { createJobOperationsAgent, type JobOperationsAgent } from './jobs/operations/job-operations.agent.ts';
import { createJobOperations } from './jobs/operations/job-operations.service.ts';
import {
  createOperationSlice,
  type CurrentPrincipal,
  type RunSlice,
} from './jobs/operations/operation-slice.service.ts';
import { createSetJobStatus } from './jobs/set-job-status.service.ts';
import { createAgent, type Agent } from './kernel/agent.ts';
import type { Clock } from './kernel/clock.ts';
import type { Logger } from './kernel/logger.ts';
import { silentMetrics, type Metrics } from './kernel/metrics.ts';
import { createDispatches, type Dispatches } from './matching/dispatch.service.ts';
import { fits, fitsClass, fitsOwner, ruleWords } from './matching/match.ts';
import {
  createMatcherService,
  type InputSandboxDoors,
  type MatcherParts,
} from './matching/matcher.service.ts';
import { RunningLimits } from './matching/running-limits.ts';
import { TaskQueueHeads } from './matching/task-queue-heads.ts';
import { TaskQueueIndex, type TaskQueueIndexParts } from './matching/task-queue-index.ts';
import { TaskQueueNews } from './matching/task-queue-news.service.ts';
import { countMoves, countSubmissions } from './metrics/observed-jobs.ts';
import { ShareLedger } from './task-queues/share-ledger.ts';
import type { Shares } from './task-queues/shares.ts';
import { createTaskQueueMembership } from './task-queues/task-queue-membership.service.ts';
import { loadTaskQueues } from './task-queues/task-queue.store.ts';
import type { Core } from './use-cases.ts';

export interface JobCoreParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics?: Metrics | undefined;
  readonly configuration: ConfigurationHolder;
  /** Gives [0, 1). */
  readonly random: () => number;
  readonly requireProxy: JobManagerParts['requireProxy'];
  readonly assignInputSandboxes: AssignInputSandboxes;
  readonly assignBulkSandboxes: AssignBulkSandboxes;
  readonly assignOutputSandbox: AssignOutputSandbox;
  readonly inputSandboxDoors: InputSandboxDoors;
  /** Frees the sandboxes of a job that is erased. */
  readonly unassignSandboxes: (jobId: number) => Work<void>;
  readonly currentPrincipal: CurrentPrincipal;
  /** Jobs that an operation acts on in one transaction; the usual number when left out. */
  readonly sliceSize?: number;
  /** True while the owner of a queue has no proxy for its jobs. */
  readonly isHeld: MatcherParts['isHeld'];
  /** Told inside the transaction that gives a job to a pilot. */
  readonly pilotMatched: MatcherParts['pilotMatched'];
  /** Who knows where input data are, say; none = those steps are left out. */
  readonly optimizerPorts?: OptimizerPorts;
  readonly noteMatch?: MatcherParts['noteMatch'];
  /** To other processes on the same database; undefined where there can be none. */
  readonly broadcast?: Broadcast | undefined;
}

export interface JobCore
  extends Pick<Core, 'jobs' | 'operations' | 'monitoring' | 'matcher' | 'stateUpdate'>, Bulks {
  readonly index: TaskQueueIndex;
  /** Keep what is in memory like that of other processes; none where there is one process. */
  readonly ownAgents: readonly Agent[];
  readonly ledger: ShareLedger;
  readonly shares: TaskQueueIndexParts['shares'];
  readonly limits: RunningLimits;
  readonly dispatches: Dispatches;
  readonly moves: JobMoves;
  readonly rescheduling: JobRescheduling;
  readonly lostJobs: LostJobs;
  readonly optimizers: Optimizers;
  readonly optimizerAgent: OptimizerAgent;
  /** What a submission stores, for those who bring prepared jobs of their own. */
  readonly storeSubmission: StoreSubmission;
  readonly eraseJob: EraseJob;
  readonly operationsAgent: JobOperationsAgent;
  /** One step of an operation. */
  readonly runSlice: RunSlice;
}

/** Topic: the agent may run in another process than the submission. */
const jobStopped = 'job-stopped';

type ConfigurationHolder = { current(): ConfigurationSnapshot };

/** Loads the index of task queues, so the database must be migrated. */
export async function createJobCore(parts: JobCoreParts): Promise<JobCore> {
  const { configuration, metrics = silentMetrics } = parts;
  const shares = sharesOf(configuration);
  const scheduling = () => configuration.current().values.scheduling;
  const ledger = new ShareLedger(scheduling().shareHalfLifeS, parts.clock.nowMs());
  const limits = new RunningLimits(() => scheduling().limits);
  const dispatches = createDispatches({ ...parts, ledger, limits, shares });
  await dispatches.refresh();
  const index = new TaskQueueIndex({ fits: fitsClass, words: ruleWords, fitsOwner, shares, ledger });
  const heads = new TaskQueueHeads();
  // Listens before the index is loaded, so that nothing falls between.
  const news = parts.broadcast && new TaskQueueNews({ ...parts, index, heads, broadcast: parts.broadcast });
  index.load(await parts.database.read(loadTaskQueues));
  const taskQueues = createTaskQueueMembership(news?.index ?? index, news?.heads ?? heads);
  const accounting = createAccounting(parts);
  const moves = countMoves(createJobMoves({ taskQueues, dispatches, accounting }), metrics);
  const optimizers = createOptimizers({
    ports: parts.optimizerPorts ?? {},
    moves,
    wake: () => {
      optimizerAgent.wake();
      parts.broadcast?.send(jobStopped, '');
    },
  });
  const optimizerAgent = createOptimizerAgent({ ...parts, optimizers });
  parts.broadcast?.onMessage(jobStopped, () => optimizerAgent.wake());
  const rescheduling = createJobRescheduling({ moves, configuration, optimizers });
  const storeSubmission = countSubmissions(
    createStoreSubmission({ ...parts, taskQueues, optimizers }),
    metrics,
  );
  const setJobStatus = createSetJobStatus({ ...parts, moves, rescheduling });
  const eraseJob = createEraseJob(parts);
  const actOnJob = createActOnJob({ ...parts, moves, rescheduling, eraseJob });
  const bulks = createBulks({ ...parts, metrics, moves, taskQueues, optimizers });
  const { unmadeJobs } = bulks;
  const giveBack = createGiveBack({ ...parts, moves, actOnJob, optimizers });
  const runSlice = createOperationSlice({ ...parts, actOnJob, giveBack, unmadeJobs });
  const operationsAgent = createJobOperationsAgent({ ...parts, runSlice });
  const wake = (): void => operationsAgent.wakeAll();
  const operations = createJobOperations({ ...parts, actOnJob, unmadeJobs, wake });
  const monitoring = createJobMonitoringService(parts);
  const jobs = createJobManagerService({ ...parts, actOnJob, storeSubmission, setJobStatus, optimizers });
  return {
    ...bulks,
    ...withBulks(bulks, { jobs, monitoring }, parts),
    index,
    ownAgents: news ? [news.agent, createShareNews({ ...parts, dispatches })] : [],
    ledger,
    shares,
    limits,
    dispatches,
    moves,
    rescheduling,
    optimizers,
    optimizerAgent,
    storeSubmission,
    eraseJob,
    operationsAgent,
    runSlice,
    lostJobs: createLostJobs({ ...parts, rescheduling }),
    operations: operateNamedJobs(operations, bulks.makeNamedJobs),
    matcher: createMatcherService({ ...parts, index, heads, limits, dispatches, fits, moves, rescheduling }),
    stateUpdate: createJobStateUpdateService({ ...parts, moves, rescheduling, accounting }),
  };
}

const readUseEveryMs = 5000;

/** Use and running limits change in other processes too; the database knows. */
const createShareNews = ({
  dispatches,
  log,
}: {
  readonly dispatches: Dispatches;
  readonly log: Logger;
}): Agent =>
  createAgent({ name: 'share-news', everyMs: readUseEveryMs, cycle: () => dispatches.refresh(), log });

function sharesOf(configuration: ConfigurationHolder): Shares & { maxCorrection(): number } {
  const values = () => configuration.current().values;
  const groupOf = (vo: string, group: string) => values().vos[vo]?.groups[group];
  return {
    voShare: (vo) => values().vos[vo]?.share ?? 1,
    groupShare: (vo, group) => groupOf(vo, group)?.jobShare ?? 1,
    sharesJobs: (vo, group) => groupOf(vo, group)?.properties.includes('JobSharing') ?? false,
    maxCorrection: () => values().scheduling.maxShareCorrection,
  };
}
