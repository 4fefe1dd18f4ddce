/** Puts explanations together: use-cases and agents. Asked by `core.ts`. */
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import type { Database } from '../db/database.ts';
import { explainNamedJobs, type MakeNamedJobs } from '../jobs/bulk/named-jobs.service.ts';
import type { Agent } from '../kernel/agent.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import type { TaskQueueIndex } from '../matching/task-queue-index.ts';
import type { ExplainUseCases, ProxyUseCases } from '../use-cases.ts';
import { createExplainWorld, type ExplainWorldParts } from './explain-world.service.ts';
import { createExplainService, type ExplainParts } from './explain.service.ts';
import { createMatchCountsAgent } from './match-counts.agent.ts';
import type { MatchMeter } from './match-meter.ts';
import { createOwnerCredential } from './owner-credential.service.ts';
import { createWaitingLooksAgent } from './waiting-looks.agent.ts';

export interface ExplanationsDeps
  extends
    Pick<ExplainWorldParts, 'limits' | 'ledger' | 'shares' | 'isHeld' | 'openings'>,
    Pick<ExplainParts, 'inputDataFault'> {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly configuration: { current(): ConfigurationSnapshot };
  readonly index: Pick<TaskQueueIndex, 'all' | 'queues' | 'find'>;
  readonly makeNamedJobs: MakeNamedJobs;
  readonly proxies: Pick<ProxyUseCases, 'status'>;
  /** Told of every match by the matcher. */
  readonly meter: MatchMeter;
}

export interface Explanations {
  readonly useCases: ExplainUseCases;
  readonly agents: readonly Agent[];
  /** What every process does for itself. */
  readonly ownAgents: readonly Agent[];
}

export function createExplanations(deps: ExplanationsDeps): Explanations {
  const { index } = deps;
  const taskQueues = () => index.queues();
  const world = createExplainWorld({ ...deps, taskQueues });
  const explain = createExplainService({
    ...deps,
    world,
    // No part of the pace falls to queues that are held.
    weighedQueues: () => index.all().filter((taskQueue) => !deps.isHeld(taskQueue)),
    findTaskQueue: (taskQueueId) => index.find(taskQueueId),
    ownerCredential: createOwnerCredential(deps),
  });
  return {
    useCases: explainNamedJobs(explain, deps.makeNamedJobs),
    agents: [createWaitingLooksAgent({ ...deps, world, taskQueues })],
    ownAgents: [createMatchCountsAgent(deps)],
  };
}
