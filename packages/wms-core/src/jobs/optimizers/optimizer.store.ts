/** SQL of jobs that wait for the answer of an optimizer. */
import { rows, type Work } from '../../db/database.ts';
import type { OptimizerName } from './optimizer-chain.ts';

export interface CheckedJob {
  readonly jobId: number;
  readonly attempt: number;
  readonly processed: string;
}

/** Jobs that stopped at a step, oldest first, behind a number. */
export function* jobsAt(name: OptimizerName, afterJobId: number, limit: number): Work<readonly CheckedJob[]> {
  return yield* rows<CheckedJob>(
    `select j.job_id as "jobId", j.attempt, d.processed from jobs j
     join job_descriptions d on d.job_id = j.job_id
     where j.status = 'Checking' and j.minor_status = $1 and j.job_id > $2 order by j.job_id limit $3`,
    [name, afterJobId, limit],
  );
}
