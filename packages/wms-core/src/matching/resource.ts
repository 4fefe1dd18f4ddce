/** What a pilot offers when it asks for a job. Numbers are what is still free, not what the node has. */
export interface ResourceOffer {
  readonly vo: string;
  readonly site: string;
  readonly computingElement: string;
  readonly batchQueue: string;
  /** Platform names the node can run, best first, e.g. `Linux_x86_64_glibc-2.36`. */
  readonly platforms: readonly string[];
  /** Normalised CPU seconds left in the batch slot. */
  readonly cpuTimeLeftS: number;
  /** Wall-clock seconds a payload may still run; `cpuTimeLeftS` when not told. */
  readonly wallTimeLeftS?: number | undefined;
  readonly processors: number;
  readonly memoryMiB: number;
  readonly diskMiB: number;
  readonly gpus: number;
  /** True when the pilot holds the whole node and no payload runs on it. */
  readonly wholeNode: boolean;
  readonly tags: readonly string[];
  /** Only jobs that ask for all of these may come here. */
  readonly requiredTags: readonly string[];
  /** Not told by older pilots: then it follows from the platform as far as it can. */
  readonly system?: NodeSystem | undefined;
  /** What all GPUs of the node have at least; not told = unknown. */
  readonly gpu?: GpuFacts | undefined;
  /** Who may run here: written by the server from its configuration, never believed from a pilot. */
  readonly policy?: ResourcePolicy | undefined;
}

export interface NodeSystem {
  /** Such as x86_64. */
  readonly architecture?: string | undefined;
  /** Version of the C library, such as 2.36. */
  readonly glibc?: string | undefined;
  /** Names the node answers to, in small letters: almalinux-9.4, almalinux-9, almalinux, rhel. */
  readonly operatingSystems?: readonly string[] | undefined;
}

export interface GpuFacts {
  /** NVIDIA, AMD, Intel. */
  readonly vendor?: string | undefined;
  /** As the driver calls it, such as `NVIDIA A100-SXM4-40GB`. */
  readonly model?: string | undefined;
  /** Of each. */
  readonly memoryMiB?: number | undefined;
  /** CUDA compute capability, such as 8.6. */
  readonly computeCapability?: number | undefined;
}

/** An absent list is no restriction; an empty list of what is allowed allows nothing. */
export interface ResourcePolicy {
  readonly pilotType?: 'generic' | 'private' | undefined;
  readonly jobTypes?: readonly string[] | undefined;
  readonly bannedJobTypes?: readonly string[] | undefined;
  readonly ownerGroups?: readonly string[] | undefined;
  readonly owners?: readonly string[] | undefined;
  readonly bannedTags?: readonly string[] | undefined;
  readonly bannedPlatforms?: readonly string[] | undefined;
}

/** Beyond this the pilot needs the slot itself, to bring the output home. */
const mostReservedS = 60;

/** Wall-clock seconds a payload may run in what is left of a slot. */
export const usableWallTimeS = (slotLeftS: number): number =>
  Math.max(0, slotLeftS - Math.min(mostReservedS, slotLeftS / 10));
