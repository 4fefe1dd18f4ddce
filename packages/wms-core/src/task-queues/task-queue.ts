/**
 * A task queue: all waiting jobs with the same requirements, so that matching compares queues, not jobs
 * (wms.md §5.1). Multi-valued fields are sorted sets; an empty list means "any".
 */

/** Demands that most jobs do not have: absent = no demand. Listed as data in `rare-requirements.ts`. */
export interface RareRequirements {
  /** Which kind of pilot may run the job. */
  readonly pilotType?: 'generic' | 'private';
  readonly bannedComputingElements?: readonly string[];
  /** Kinds of processor, such as x86_64. */
  readonly architectures?: readonly string[];
  /** Names such as almalinux or almalinux-9, in small letters. */
  readonly operatingSystems?: readonly string[];
  /** Oldest usable version of the C library, such as 2.28. */
  readonly minGlibc?: string;
  /** Wall-clock seconds. */
  readonly wallTimeS?: number;
  /** On top of `memoryMiB`, for each processor. */
  readonly memoryPerProcessorMiB?: number;
  readonly gpuVendors?: readonly string[];
  readonly gpuModels?: readonly string[];
  /** Of each GPU. */
  readonly gpuMemoryMiB?: number;
  /** Least CUDA compute capability, such as 8.6. */
  readonly gpuComputeCapability?: number;
}

export interface TaskQueueRequirements extends RareRequirements {
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
  /** Memory the job needs in all, beside that for each processor; 0 = unsaid. */
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

/** Memory a slot must have for the fewest processors the job can use. */
export const neededMemoryMiB = (wanted: TaskQueueRequirements): number =>
  wanted.memoryMiB + (wanted.memoryPerProcessorMiB ?? 0) * wanted.minProcessors;
