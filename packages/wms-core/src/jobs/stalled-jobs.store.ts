/** SQL of attempts that pilots hold, and of those that have been silent for too long. */
import { rows, type Work } from '../db/database.ts';
import { vosWithStatus } from './job-counters.store.ts';
import type { JobStatus } from './job-status.ts';

export interface HeldJob {
  readonly jobId: number;
  readonly attempt: number;
}

/** Attempts the pilot took and that are not over. */
export function* heldJobIds(stamp: string): Work<readonly HeldJob[]> {
  return yield* rows<HeldJob>(
    `select j.job_id as "jobId", j.attempt from job_attempts a
     join jobs j on j.job_id = a.job_id and j.attempt = a.attempt and j.pilot_stamp = a.pilot_stamp
     where a.pilot_stamp = $1 and j.status in ('Matched', 'Running', 'Stalled', 'Completing')`,
    [stamp],
  );
}

/** With what an optimizer would know it by. */
export interface SilentJob extends HeldJob {
  readonly status: JobStatus;
  readonly minorStatus: string;
}

/** Jobs of one status whose last sign of life is older than the instant, in order of their ids, which are above `afterId`. */
export function* silentJobs(
  status: JobStatus,
  olderThanMs: number,
  { afterId, limit }: { readonly afterId: number; readonly limit: number },
): Work<readonly SilentJob[]> {
  return yield* rows<SilentJob>(
    `select job_id as "jobId", attempt, status, minor_status as "minorStatus" from jobs
     where vo in (${vosWithStatus}) and status = $1 and coalesce(heartbeat_at_ms, last_update_at_ms) < $2 and last_update_at_ms < $2
       and job_id > $3
     order by job_id limit $4`,
    [status, olderThanMs, afterId, limit],
  );
}
