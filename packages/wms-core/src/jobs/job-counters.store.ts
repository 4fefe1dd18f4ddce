/**
 * SQL of the counters behind summaries and history: how many jobs there are of a kind in a state. Changed in the
 * transaction of each move, so they always equal a recount (stack.md §6.5: 2 ms instead of 66 and more).
 *
 * `job_counters` is small, one row a VO, group, owner, site and status; `job_detail_counters` knows job group, job
 * type and minor status as well, so it may have many rows, though never more than there are jobs.
 */
import { addBatch } from '../db/batch.ts';
import { defer, rows, run, type Work } from '../db/database.ts';
import type { JobRow } from './job.store.ts';

export type CountedJob = Pick<
  JobRow,
  | 'vo'
  | 'ownerGroup'
  | 'owner'
  | 'jobGroup'
  | 'jobType'
  | 'site'
  | 'status'
  | 'minorStatus'
  | 'rescheduleCounter'
>;

const counters = addBatch(
  'job_counters',
  { vo: 'text', owner_group: 'text', owner: 'text', site: 'text', status: 'text' },
  'jobs',
);

const details = addBatch(
  'job_detail_counters',
  {
    vo: 'text',
    owner_group: 'text',
    owner: 'text',
    job_group: 'text',
    job_type: 'text',
    site: 'text',
    status: 'text',
    minor_status: 'text',
  },
  ['jobs', 'reschedules'],
);

const changeCounter = (job: CountedJob, by: number): Work<void> =>
  defer(counters, [job.vo, job.ownerGroup, job.owner, job.site, job.status, by]);

const changeDetail = (job: CountedJob, by: number): Work<void> =>
  defer(details, [
    job.vo,
    job.ownerGroup,
    job.owner,
    job.jobGroup,
    job.jobType,
    job.site,
    job.status,
    job.minorStatus,
    by,
    by * job.rescheduleCounter,
  ]);

/** Adds so many equal jobs, or takes them away. */
export function* addToCounters(job: CountedJob, by: number): Work<void> {
  yield* changeCounter(job, by);
  yield* changeDetail(job, by);
}

/** Takes one job from the counters it stood in to those it belongs to now. */
export function* moveCounter(before: CountedJob, after: CountedJob): Work<void> {
  if (before.site !== after.site || before.status !== after.status) {
    yield* changeCounter(before, -1);
    yield* changeCounter(after, 1);
  } else if (before.minorStatus === after.minorStatus && before.rescheduleCounter === after.rescheduleCounter)
    return;
  yield* changeDetail(before, -1);
  yield* changeDetail(after, 1);
}

/** Counters that fell to nothing; called now and then, not at every move. */
export function* removeEmptyCounters(): Work<void> {
  yield* run('delete from job_counters where jobs = 0');
  yield* run('delete from job_detail_counters where jobs = 0');
}

/** Subquery: VOs that have jobs of the status $1. The index on status begins with the VO. */
export const vosWithStatus = 'select vo from job_counters where status = $1 and jobs > 0';

/** Everybody with a job that has not ended, by VO and group. */
export const unfinishedOwners = (): Work<readonly Pick<CountedJob, 'vo' | 'ownerGroup' | 'owner'>[]> =>
  rows(
    `select distinct vo, owner_group as "ownerGroup", owner from job_counters
     where jobs > 0 and status not in ('Completed', 'Done', 'Failed', 'Killed', 'Deleted')
     order by vo, owner_group, owner`,
  );
