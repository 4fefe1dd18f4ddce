/**
 * The steps of a job between its submission and its task queue (wms.md §4). Steps that need nothing from outside
 * are done inside the transaction of the submission (ADR 0009). An outside step asks something through a port: the
 * job then stops in `Checking/<name of the step>` until the agent has the answer.
 */
import type { TaskQueueRequirements } from '../../task-queues/task-queue.ts';
import type { OptimizerName } from './optimizer-chain.ts';

/** Where a file has replicas: its name → sites. A file that is not in the answer has none. */
export type InputDataSites = (
  owner: { readonly vo: string; readonly owner: string; readonly ownerGroup: string },
  /** `LFN:/vo/…`, each once. */
  lfns: readonly string[],
) => Promise<ReadonlyMap<string, readonly string[]>>;

/** What lies outside of the core; an absent port means that nobody can answer, so the step is left out. */
export interface OptimizerPorts {
  readonly inputDataSites?: InputDataSites | undefined;
}

/** What a step may look at. */
export interface OptimizedJob {
  readonly requirements: TaskQueueRequirements;
  readonly inputData: readonly string[];
}

export type Decision =
  /** With the requirements as they are now, and the Site column when it changed. */
  | { readonly kind: 'goOn'; readonly requirements: TaskQueueRequirements; readonly site?: string }
  | { readonly kind: 'fail'; readonly minorStatus: string; readonly message: string };

export interface OutsideStep {
  readonly name: OptimizerName;
  isPossible(ports: OptimizerPorts): boolean;
  /** Jobs with equal keys get the same answer: it is asked for once. */
  keyOf(job: OptimizedJob): string;
  /** Throws when the outside cannot answer now; the job waits and is looked at again. */
  decide(job: OptimizedJob, ports: OptimizerPorts): Promise<Decision>;
}
