/** Everything of bulks, wired: their use-cases, their agent, and the use-cases of jobs made aware of them. */
import type { Broadcast } from '../../db/broadcast.ts';
import type { Metrics } from '../../kernel/metrics.ts';
import { countSlices } from '../../metrics/observed-jobs.ts';
import type { TaskQueueMembership } from '../../task-queues/task-queue-membership.service.ts';
import type { BulkUseCases, JobManagerUseCases, JobMonitoringUseCases } from '../../use-cases.ts';
import type { JobMoves } from '../job-moves.service.ts';
import type { Optimizers } from '../optimizers/optimizers.service.ts';
import { createBulkExpansionAgent, type BulkExpansionAgent } from './bulk-expansion.agent.ts';
import { createBulkExpansion } from './bulk-expansion.service.ts';
import { createBulkSubmission, type BulkSubmissionParts } from './bulk-submission.service.ts';
import { createExpandSlice } from './expand-slice.service.ts';
import { submitLargeAsBulks } from './large-submissions.service.ts';
import {
  createMakeNamedJobs,
  manageNamedJobs,
  monitorNamedJobs,
  type MakeNamedJobs,
} from './named-jobs.service.ts';
import { createUnmadeJobs, type UnmadeJobs } from './unmade-jobs.service.ts';

export interface Bulks {
  readonly bulks: BulkUseCases;
  readonly bulkExpansion: BulkExpansionAgent;
  /** For those who are given job ids by a user. */
  readonly makeNamedJobs: MakeNamedJobs;
  /** For those who act on all jobs that match. */
  readonly unmadeJobs: UnmadeJobs;
}

export interface BulksParts extends Omit<BulkSubmissionParts, 'expansion' | 'wake'> {
  readonly metrics: Metrics;
  readonly moves: JobMoves;
  readonly taskQueues: TaskQueueMembership;
  readonly optimizers: Pick<Optimizers, 'firstStop' | 'stopped'>;
  /** To other processes on the same database: the one that expands may be another. */
  readonly broadcast?: Broadcast | undefined;
}

const topic = 'bulks';

export function createBulks(parts: BulksParts): Bulks {
  const expandSlice = countSlices(createExpandSlice(parts), parts.metrics);
  const expansion = createBulkExpansion({ ...parts, expandSlice });
  const bulkExpansion = createBulkExpansionAgent({ ...parts, expansion });
  // The agent runs in one process, which need not be the one that was asked.
  parts.broadcast?.onMessage(topic, () => bulkExpansion.wake());
  const wake = (): void => {
    bulkExpansion.wake();
    parts.broadcast?.send(topic, '');
  };
  return {
    bulks: createBulkSubmission({ ...parts, expansion, wake }),
    bulkExpansion,
    makeNamedJobs: createMakeNamedJobs({ ...parts, expansion }),
    unmadeJobs: createUnmadeJobs({ ...parts, expansion }),
  };
}

/** The use-cases of jobs as if every job of a bulk were there from the answer on. */
export function withBulks(
  { bulks, makeNamedJobs }: Bulks,
  useCases: { readonly jobs: JobManagerUseCases; readonly monitoring: JobMonitoringUseCases },
  parts: Pick<BulksParts, 'database' | 'configuration'>,
): { readonly jobs: JobManagerUseCases; readonly monitoring: JobMonitoringUseCases } {
  return {
    jobs: submitLargeAsBulks(manageNamedJobs(useCases.jobs, makeNamedJobs), bulks, parts),
    monitoring: monitorNamedJobs(useCases.monitoring, makeNamedJobs),
  };
}
