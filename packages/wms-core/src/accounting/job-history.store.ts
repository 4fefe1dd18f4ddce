/** SQL of the looks at the counters of jobs from which their history is made. */
import { one, rows, run, type Work } from '../db/database.ts';
import type { StateCount } from './job-history.ts';

/** VOs that have jobs now, or had at the last look. */
export function* vosWithHistory(): Work<readonly string[]> {
  const found = yield* rows<{ vo: string }>(
    'select vo from job_counters where jobs > 0 union select vo from accounting_snapshots order by vo',
  );
  return found.map(({ vo }) => vo);
}

export function* stateCounts(vo: string): Work<readonly StateCount[]> {
  return yield* rows<StateCount>(
    `select status, site, owner, owner_group as "ownerGroup", job_group as "jobGroup",
       minor_status as "minorStatus", job_type as "jobType", jobs, reschedules
     from job_detail_counters where vo = $1 and jobs > 0`,
    [vo],
  );
}

/** When the last look was; undefined at the first one. */
export function* lastLook(vo: string): Work<number | undefined> {
  const found = yield* one<{ atMs: number }>(
    'select at_ms as "atMs" from accounting_snapshots where vo = $1',
    [vo],
  );
  return found?.atMs;
}

export const firstLook = (vo: string, nowMs: number): Work<void> =>
  run('insert into accounting_snapshots (vo, at_ms) values ($1, $2) on conflict (vo) do nothing', [
    vo,
    nowMs,
  ]);

/** False when another process has looked since `lastMs`: then this look must not count. */
export function* claimLook(vo: string, lastMs: number, nowMs: number): Work<boolean> {
  const claimed = yield* one(
    'update accounting_snapshots set at_ms = $3 where vo = $1 and at_ms = $2 returning vo',
    [vo, lastMs, nowMs],
  );
  return claimed !== undefined;
}
