/** SQL of jobs that wait for the answer of an optimizer. */
import { rows, type Work } from '../../db/database.ts';
import type { OptimizerName } from './optimizer-chain.ts';

export interface StoppedJob {
  readonly jobId: number;
  readonly attempt: number;
}

/** Jobs that stopped at a step, oldest first, behind a number. */
export function* jobsAt(name: OptimizerName, afterJobId: number, limit: number): Work<readonly StoppedJob[]> {
  return yield* rows<StoppedJob>(
    `select job_id as "jobId", attempt from jobs
     where status = 'Checking' and minor_status = $1 and job_id > $2 order by job_id limit $3`,
    [name, afterJobId, limit],
  );
}
