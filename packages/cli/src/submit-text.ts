/**
 * One description on its way: jobs as DIRAC submits them, or a bulk when they are more than that door takes or are to
 * wait for a word (docs/explanation/bulk-submission.md).
 */
import { readJobWarnings } from '@wm/api-contract/job-warnings';
import {
  mostKeptBytes,
  planParametricJobs,
  readJdl,
  type JdlDescription,
  type JobLimits,
} from '@wm/wms-core/vocabulary';
import type { Bulk } from './bulks.ts';
import { placeOf, withOwnPlace } from './own-place.ts';
import { withSentFiles } from './send-files.ts';
import type { SignedIn } from './signed-in.ts';
import { plain, type World } from './world.ts';

export type Limits = Pick<JobLimits, 'maxJdlBytes' | 'maxJobsPerBulk' | 'maxJobsPerSubmission'>;

export interface Submitted {
  readonly ids: readonly number[];
  /** Set when the jobs are made after the answer. */
  readonly bulk?: Bulk;
  /** About what the description says that is not carried out, each with its place. */
  readonly warnings: readonly string[];
}

export interface Submitter {
  readonly world: World;
  readonly signedIn: SignedIn;
  readonly limits: Limits;
  /** Nothing starts before the bulk is confirmed. */
  readonly confirm: boolean;
}

/** Jobs that come out; what cannot be told is left to the server, which refuses it in its own words. */
function countOf(description: JdlDescription, { maxJdlBytes, maxJobsPerBulk }: Limits): number {
  const { count, tooMany } = planParametricJobs(description, maxJobsPerBulk, mostKeptBytes(maxJdlBytes));
  return tooMany ?? count;
}

/** Another one for each submission: what is sent twice on its way makes no second jobs. */
const oneKey = () => ({ headers: { 'idempotency-key': crypto.randomUUID() } });

async function submitJobs({ client }: SignedIn, jdl: string) {
  const { body, headers } = await client.callWithHeaders('POST /api/jobs/jdl', { body: [jdl] }, oneKey());
  return { ids: body.map(({ JobID }) => JobID), warnings: readJobWarnings(headers) };
}

async function submitBulk({ client }: SignedIn, jdl: string, confirm: boolean) {
  const { warnings, ...bulk } = await client.call(
    'POST /bff/bulks',
    { body: { jdls: [jdl], confirm } },
    oneKey(),
  );
  const ids = Array.from({ length: bulk.jobCount }, (_, index) => bulk.firstJobId + index);
  return { ids, bulk, warnings };
}

export async function submitText(submitter: Submitter, text: string): Promise<Submitted> {
  const { confirm, limits, signedIn, world } = submitter;
  const { description } = readJdl(text, { maxBytes: limits.maxJdlBytes });
  const isBulk = confirm || countOf(description, limits) > limits.maxJobsPerSubmission;
  const jdl = await withSentFiles(world, signedIn, text, description);
  const sent = isBulk ? submitBulk(signedIn, jdl, confirm) : submitJobs(signedIn, jdl);
  const { warnings, ...submitted } = await sent.catch((error: unknown) => {
    throw withOwnPlace(description, error);
  });
  return {
    ...submitted,
    warnings: warnings.map((warning) => placeOf(description, warning) + plain(warning.message)),
  };
}
