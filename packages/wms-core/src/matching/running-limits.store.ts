/** SQL of the exact counts behind running limits. A count changes in the transaction that starts or ends an attempt. */
import type { Batch } from '../db/batch.ts';
import { defer, one, rows, run, type SqlValue, type Work } from '../db/database.ts';
import type { RunningLimit } from '../configuration/schema.ts';
import { attemptRunningStatuses } from '../jobs/job-status.ts';
import { limitKey, type LimitState } from './running-limits.ts';

export function* loadLimits(): Work<readonly LimitState[]> {
  return yield* rows<LimitState>(
    'select limit_key as key, running, last_match_at_ms as "lastMatchAtMs" from running_limits',
  );
}

/** Counts one more; false when the limit is reached, and then nothing is written. */
export function* takePlace(limit: RunningLimit, nowMs: number): Work<boolean> {
  const taken = yield* one(
    `update running_limits set running = running + 1, last_match_at_ms = $2
     where limit_key = $1 and running < $3 and (last_match_at_ms is null or last_match_at_ms <= $4)
     returning limit_key`,
    [
      limitKey(limit),
      nowMs,
      limit.maxRunning ?? Number.MAX_SAFE_INTEGER,
      nowMs - (limit.minIntervalS ?? 0) * 1000,
    ],
  );
  return taken !== undefined;
}

const leaving: Batch = {
  name: 'leave running_limits',
  columns: [
    { name: 'limit_key', type: 'text' },
    { name: 'jobs', type: 'bigint' },
  ],
  each: 'update running_limits set running = running - $2 where limit_key = $1',
  all: `update running_limits set running = running - v.jobs
    from unnest($1::text[], $2::bigint[]) as v (limit_key, jobs) where running_limits.limit_key = v.limit_key`,
  fold: {
    keyColumns: 1,
    merge: (earlier, later) => [earlier[0] ?? '', Number(earlier[1]) + Number(later[1])],
  },
};

/** One attempt less; nothing happens for limits that are gone. */
export const leavePlace = (key: string): Work<void> => defer(leaving, [key, 1]);

const held = attemptRunningStatuses.map((status) => `'${status}'`).join(', ');

/** Conditions of a limit on job rows; the computing element stands in the attempt. */
function conditionsOf(limit: RunningLimit): { readonly sql: string; readonly params: readonly SqlValue[] } {
  const wanted: readonly (readonly [string, string | undefined])[] = [
    ['j.site', limit.site],
    ['a.computing_element', limit.computingElement],
    ['j.vo', limit.vo],
    ['j.owner_group', limit.group],
    ['j.owner', limit.owner],
    ['j.job_type', limit.jobType],
  ];
  const params: SqlValue[] = [];
  let sql = `j.status in (${held})`;
  for (const [column, value] of wanted)
    if (value !== undefined) {
      params.push(value);
      sql += ` and ${column} = $${params.length}`;
    }
  return { sql, params };
}

/** Held jobs a new limit counts, so that it is exact from the first moment. */
export function* jobsCountedBy(limit: RunningLimit): Work<readonly number[]> {
  const { sql, params } = conditionsOf(limit);
  const found = yield* rows<{ jobId: number }>(
    `select j.job_id as "jobId" from jobs j
     join job_attempts a on a.job_id = j.job_id and a.attempt = j.attempt
     where j.vo in (select vo from job_counters where jobs > 0) and ${sql}`,
    params,
  );
  return found.map(({ jobId }) => jobId);
}

export function* saveLimit(key: string, running: number): Work<void> {
  yield* run(
    `insert into running_limits (limit_key, running) values ($1, $2)
     on conflict (limit_key) do update set running = excluded.running`,
    [key, running],
  );
}

export function* removeLimit(key: string): Work<void> {
  yield* run('delete from running_limits where limit_key = $1', [key]);
}
