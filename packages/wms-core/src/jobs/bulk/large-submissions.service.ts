/**
 * Sends submissions of many jobs the way of bulks and keeps the answer of `jobs.submit`: one entry a job. Small ones,
 * and those whose jobs have sandboxes of their own, are stored job by job as before.
 */
import type { Database } from '../../db/database.ts';
import type { ConfigurationSnapshot } from '../../configuration/schema.ts';
import type {
  BulkUseCases,
  JobManagerUseCases,
  SubmitRequest,
  SubmittedBulk,
  SubmittedJob,
} from '../../use-cases.ts';
import type { UserPrincipal } from '../../identity/principal.ts';
import { effectiveJobLimits, type JobLimits } from '../job-limits.ts';
import { mostKeptBytes } from '../kept-length.ts';
import { isParametric, planParametricJobs } from '../parametric-jobs.ts';
import { readDescription } from '../prepare-jobs.ts';
import { findSubmission } from '../submission.store.ts';
import { withWarnings } from '../submission-warnings.ts';
import { SandboxesDiffer } from './sandboxes-differ.ts';

export function submitLargeAsBulks(
  jobs: JobManagerUseCases,
  bulks: Pick<BulkUseCases, 'submit'>,
  parts: { readonly database: Database; readonly configuration: { current(): ConfigurationSnapshot } },
): JobManagerUseCases {
  /** Jobs the call comes to; what cannot be told is left to those who refuse it. */
  function countOf(jdls: readonly string[], limits: JobLimits): number {
    const [only] = jdls;
    if (only === undefined || jdls.length > 1) return jdls.length;
    // Most descriptions do not name them at all, and to read one twice is a good part of a submission.
    if (!/parameters/i.test(only)) return 1;
    const { maxJdlBytes, maxJobsPerSubmission } = limits;
    const description = readDescription(only, { index: 0, of: 1 }, maxJdlBytes);
    if (!isParametric(description)) return 1;
    return planParametricJobs(description, maxJobsPerSubmission, mostKeptBytes(maxJdlBytes)).count;
  }

  /** A repetition goes the way of the first, whatever the limits are now. */
  async function wayOfFirst(accountId: string, requestKey: string): Promise<'bulk' | 'jobs' | undefined> {
    const known = await parts.database.read(() => findSubmission(accountId, requestKey));
    return known && (known.answer.startsWith('[') ? 'jobs' : 'bulk');
  }

  const isLarge = ({ group, vo }: UserPrincipal, { jdls }: SubmitRequest): boolean => {
    const limits = effectiveJobLimits(parts.configuration.current().values, vo, group);
    const { bulkAboveJobs, maxJobsPerSubmission } = limits;
    const count = countOf(jdls, limits);
    return count > bulkAboveJobs && count <= maxJobsPerSubmission;
  };

  return {
    ...jobs,
    async submit(principal, request) {
      const { requestKey } = request;
      const known = requestKey === undefined ? undefined : await wayOfFirst(principal.accountId, requestKey);
      if (known === 'jobs' || (known === undefined && !isLarge(principal, request)))
        return jobs.submit(principal, request);
      try {
        return submittedJobs(await bulks.submit(principal, request));
      } catch (error) {
        if (error instanceof SandboxesDiffer) return jobs.submit(principal, request);
        throw error;
      }
    },
  };
}

function submittedJobs(bulk: SubmittedBulk): readonly SubmittedJob[] {
  const { createdAtMs, firstJobId, jobCount, warnings } = bulk;
  const jobs = Array.from({ length: jobCount }, (_, index): SubmittedJob => ({
    jobId: firstJobId + index,
    status: 'Received',
    minorStatus: 'Job accepted',
    atMs: createdAtMs,
  }));
  return withWarnings(jobs, warnings);
}
