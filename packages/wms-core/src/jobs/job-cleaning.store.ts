/** SQL of jobs whose time is over. */
import { rows, type Work } from '../db/database.ts';
import { vosWithStatus } from './job-counters.store.ts';
import type { JobStatus } from './job-status.ts';

/** Jobs of one status that have not changed since the instant, lowest number first. */
export function* jobsUnchangedSince(
  status: JobStatus,
  instantMs: number,
  limit: number,
): Work<readonly number[]> {
  const found = yield* rows<{ jobId: number }>(
    `select job_id as "jobId" from jobs
     where vo in (${vosWithStatus}) and status = $1 and last_update_at_ms < $2 order by job_id limit $3`,
    [status, instantMs, limit],
  );
  return found.map(({ jobId }) => jobId);
}
