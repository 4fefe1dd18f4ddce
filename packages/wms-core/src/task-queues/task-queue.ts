/**
 * A task queue: all waiting jobs with the same requirements, so that matching compares queues, not jobs
 * (wms.md §5.1). Multi-valued fields are sorted sets; an empty list means "any".
 */
export interface TaskQueueRequirements {
  readonly vo: string;
  readonly ownerGroup: string;
  readonly owner: string;
  readonly jobType: string;
  /** Normalised CPU seconds, rounded up to a segment of `cpuTimeSegmentsS`. */
  readonly cpuTimeS: number;
  readonly sites: readonly string[];
  readonly bannedSites: readonly string[];
  readonly computingElements: readonly string[];
  readonly platforms: readonly string[];
  readonly tags: readonly string[];
  readonly minProcessors: number;
  /** 0 = no upper bound: the job takes what the slot gives. */
  readonly maxProcessors: number;
  readonly wholeNode: boolean;
  /** Memory the job needs in all; 0 = unsaid. */
  readonly memoryMiB: number;
  readonly diskMiB: number;
  readonly gpus: number;
}

export interface TaskQueue extends TaskQueueRequirements {
  readonly taskQueueId: number;
  /** Weight in the draw; always > 0. Computed from shares, see `shares.ts`. */
  readonly priority: number;
  readonly waitingJobs: number;
}
