/**
 * SQL of the counters behind the job summary: how many jobs per VO, group, owner, site and status. Changed in
 * the transaction of each move, so they always equal a recount (stack.md §6.5: 2 ms instead of 66 and more).
 */
import { addBatch } from '../db/batch.ts';
import { defer, run, type Work } from '../db/database.ts';

export interface CounterKey {
  readonly vo: string;
  readonly ownerGroup: string;
  readonly owner: string;
  readonly site: string;
  readonly status: string;
}

const counters = addBatch(
  'job_counters',
  { vo: 'text', owner_group: 'text', owner: 'text', site: 'text', status: 'text' },
  'jobs',
);

export const changeCounter = (key: CounterKey, by: number): Work<void> =>
  defer(counters, [key.vo, key.ownerGroup, key.owner, key.site, key.status, by]);

/** Takes one job from the counter of `from` to that of its new site and status. */
export function* moveCounter(from: CounterKey, site: string, status: string): Work<void> {
  if (from.site === site && from.status === status) return;
  yield* changeCounter(from, -1);
  yield* changeCounter({ ...from, site, status }, 1);
}

/** Counters that fell to nothing; called now and then, not at every move. */
export function* removeEmptyCounters(): Work<void> {
  yield* run('delete from job_counters where jobs = 0');
}

/** Subquery: VOs that have jobs of the status $1. The index on status begins with the VO. */
export const vosWithStatus = 'select vo from job_counters where status = $1 and jobs > 0';
