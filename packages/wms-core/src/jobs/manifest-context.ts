/** What the checks of a description need to know of its owner and of the installation. */
import type { Configuration } from '../configuration/schema.ts';
import type { JobLimits } from './job-limits.ts';

export interface ManifestContext {
  readonly owner: string;
  readonly ownerGroup: string;
  readonly vo: string;
  /** Those that hold for the group. */
  readonly jobDescription: JobLimits;
  /** Sites of the VO; undefined = not known here, so not checked. */
  readonly sites?: readonly string[] | undefined;
  /** Platform → platforms whose binaries it also runs; empty or undefined = not checked. */
  readonly platforms?: Configuration['platforms'] | undefined;
  /** What the batch queues of the VO name; undefined = not known here, so not checked. */
  readonly here?: Readonly<Record<'computingElements' | 'platforms', readonly string[]>> | undefined;
  /** Names inside the uploaded sandboxes, where they are known. */
  readonly sandboxFiles?: readonly string[] | undefined;
}
