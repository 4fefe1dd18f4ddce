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
  readonly processors: number;
  readonly memoryMiB: number;
  readonly diskMiB: number;
  readonly gpus: number;
  /** True when the pilot holds the whole node and no payload runs on it. */
  readonly wholeNode: boolean;
  readonly tags: readonly string[];
  /** Only jobs that ask for all of these may come here. */
  readonly requiredTags: readonly string[];
}
