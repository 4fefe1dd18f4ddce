/**
 * The two descriptions of a job, whichever way it was submitted: stored with it, or told by the template of its
 * bulk. Asked by the matcher, at a reschedule and by whoever looks at a job.
 */
import type { Work } from '../db/database.ts';
import type { JobDescriptions } from './bulk/bulk-template.ts';
import { findBulkOfJob } from './bulk/bulk.store.ts';
import { templateOf } from './bulk/template-memo.service.ts';
import { findStoredDescription } from './job.store.ts';

/** undefined when there is no such job. */
export function* findDescription(jobId: number): Work<JobDescriptions | undefined> {
  const stored = yield* findStoredDescription(jobId);
  if (stored) return stored;
  const bulk = yield* findBulkOfJob(jobId);
  if (!bulk) return undefined;
  const template = yield* templateOf(bulk);
  return template.describe(jobId - bulk.firstJobId, jobId);
}
