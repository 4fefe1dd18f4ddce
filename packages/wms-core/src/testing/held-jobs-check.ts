/** Counts that follow the jobs pilots hold: places under running limits, dispatches charged to shares. */
import assert from 'node:assert/strict';
import { one, rows, type Database } from '../db/database.ts';
import { attemptRunningStatuses } from '../jobs/job-status.ts';

const held = attemptRunningStatuses.map((status) => `'${status}'`).join(', ');

async function checkLimits(database: Database): Promise<void> {
  const jobs = await database.read(() =>
    rows<{ keys: string }>(
      `select limit_keys as keys from jobs where status in (${held}) and limit_keys is not null`,
    ),
  );
  const counted = new Map<string, number>();
  for (const { keys } of jobs)
    for (const key of JSON.parse(keys) as readonly string[]) counted.set(key, (counted.get(key) ?? 0) + 1);
  const stored = await database.read(() =>
    rows<{ key: string; running: number }>('select limit_key as key, running from running_limits'),
  );
  for (const { key, running } of stored)
    assert.equal(running, counted.get(key) ?? 0, `${key}: places taken do not equal a recount`);
  const settled = await database.read(() =>
    rows(
      `select job_id from jobs where status not in (${held}) and (limit_keys is not null or charged_s is not null)`,
    ),
  );
  assert.deepEqual(settled, [], 'jobs that no pilot holds still hold a place');
}

interface Use {
  readonly owner: string;
  readonly halfLifeS: number;
  readonly epochMs: number;
  readonly dispatches: number;
}

/** Jobs that were removed, with their attempts; what these were charged stays charged. */
const removedJobs = (database: Database): Promise<number> =>
  database.read(function* () {
    const counted = yield* one<{ made: number | null; there: number }>(
      `select (select max(next_id) - 1 from job_ids) as made, (select count(*) from jobs) as there`,
    );
    return (counted?.made ?? 0) - (counted?.there ?? 0);
  });

/** Each attempt is charged once, weighted by its age (share-usage.store.ts). */
async function checkDispatches(database: Database): Promise<void> {
  const stored = await database.read(() =>
    rows<Use>(
      `select owner, half_life_s as "halfLifeS", epoch_ms as "epochMs", dispatches from share_usage order by owner`,
    ),
  );
  const attempts = await database.read(() =>
    rows<{ owner: string; atMs: number }>(
      `select j.owner, a.matched_at_ms as "atMs" from job_attempts a join jobs j on j.job_id = a.job_id`,
    ),
  );
  const mayBeMore = (await removedJobs(database)) > 0;
  for (const { owner, halfLifeS, epochMs, dispatches } of stored) {
    const charged = attempts
      .filter((attempt) => attempt.owner === owner)
      .reduce((sum, { atMs }) => sum + 2 ** ((atMs - epochMs) / (halfLifeS * 1000)), 0);
    const tolerated = 1e-9 * Math.max(1, charged);
    assert.ok(
      Math.abs(charged - dispatches) <= tolerated || (mayBeMore && dispatches > charged),
      `${owner}: ${dispatches} dispatches are charged, ${charged} took place`,
    );
  }
  assert.ok(stored.length > 0 || attempts.length === 0, 'attempts were charged to nobody');
}

/** Holds while no group shares its jobs and all times lie in one period of use. */
export async function checkHeldJobs(database: Database): Promise<void> {
  await checkLimits(database);
  await checkDispatches(database);
}
