/** What a bulk is made of: descriptions that are written down once, and jobs that are told from them by number. */
import type { WmsError } from '../../kernel/wms-error.ts';
import type { PreparedJob } from '../job-submission.service.ts';
import type { ManifestContext } from '../manifest-context.ts';

/** What the row and the task queue of a job need. Jobs of equal demands share the object `requirements`. */
export type BulkJob = Omit<PreparedJob, 'original' | 'processed'>;

export interface JobDescriptions {
  /** As sent, with the values of the job filled in. */
  readonly original: string;
  readonly processed: string;
}

export interface BulkTemplate {
  readonly count: number;
  /** The job `index`, counted from 0. */
  job(index: number): BulkJob;
  /** Exactly what a submission of this job alone would have stored. */
  describe(index: number, jobId: number): JobDescriptions;
  /**
   * Looks at every job for which something can differ, and says of the first faulty one what is wrong. Stops at
   * every `yield`, after a whole description or some thousands of steps, so that a server can do other work in between.
   */
  check(): Generator<void, WmsError | undefined>;
}

/** Whose jobs they are and the limits of the moment of submission; kept with the bulk, so its jobs never change. */
export type BulkRules = Pick<ManifestContext, 'owner' | 'ownerGroup' | 'vo' | 'jobDescription'>;

export const rulesOf = ({ jobDescription, owner, ownerGroup, vo }: ManifestContext): BulkRules => ({
  owner,
  ownerGroup,
  vo,
  jobDescription,
});
