/** SQL of jobs whose time is over. */
import { rows, type SqlValue, type Work } from '../db/database.ts';
import { vosWithStatus } from './job-counters.store.ts';
import type { Retention } from './retention.ts';

const dayMs = 86_400_000;

/** Jobs of one status that have not changed for as long as they are kept, lowest number first. */
export function* jobsPastRetention(
  retention: Retention,
  nowMs: number,
  afterJobId: number,
  limit: number,
): Work<readonly number[]> {
  const params: SqlValue[] = [retention.status, afterJobId, limit];
  const bind = (value: SqlValue): string => `$${params.push(value)}`;
  const until = (days: number): string => `cast(${bind(nowMs - days * dayMs)} as bigint)`;
  const cases = retention.exceptions.map(({ vo, jobType, days }) => {
    const conditions = [
      ...(vo === undefined ? [] : [`vo = ${bind(vo)}`]),
      ...(jobType === undefined ? [] : [`job_type = ${bind(jobType)}`]),
    ];
    return `when ${conditions.length === 0 ? '1 = 1' : conditions.join(' and ')} then ${until(days)}`;
  });
  const usually = until(retention.days);
  const limitMs = cases.length === 0 ? usually : `case ${cases.join(' ')} else ${usually} end`;
  const found = yield* rows<{ jobId: number }>(
    `select job_id as "jobId" from jobs
     where vo in (${vosWithStatus}) and status = $1 and job_id > $2 and last_update_at_ms < ${limitMs}
     order by job_id limit $3`,
    params,
  );
  return found.map(({ jobId }) => jobId);
}
