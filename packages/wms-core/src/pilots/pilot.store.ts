/** SQL of pilots and their logs, and what pilots, searches and rights need to know of the attempts they ran. */
import type { Batch } from '../db/batch.ts';
import { defer, one, rows, run } from '../db/database.ts';
import type { Row, SqlValue, Work } from '../db/database.ts';
import type { SearchCatalogue } from '../db/search-sql.ts';
import type { StartedPilot } from './lead-times.ts';
import { classKeyOf } from './pilot-classes.ts';
import { finalPilotStatuses, longestReason, type PilotStatus } from './pilot-status.ts';

export interface StoredPilot {
  readonly pilotId: number;
  readonly stamp: string;
  readonly pilotReference: string;
  readonly secretSha256: string;
  readonly vo: string;
  readonly site: string;
  readonly computingElement: string;
  readonly batchQueue: string;
  readonly gridType: string;
  readonly status: PilotStatus;
  readonly statusReason: string;
  readonly maxWallTimeS: number;
  readonly processors: number;
  readonly taskQueueId: number | null;
  readonly submittedAtMs: number;
  readonly registeredAtMs: number | null;
  readonly lastUpdateAtMs: number;
  readonly heartbeatAtMs: number | null;
  readonly endedAtMs: number | null;
}

export interface NewPilot {
  readonly stamp: string;
  readonly secretSha256: string;
  readonly vo: string;
  readonly gridType: string;
  readonly site: string;
  readonly computingElement: string;
  readonly batchQueue: string;
  readonly processors: number;
  readonly maxWallTimeS: number;
  readonly taskQueueId: number | null;
}

/** Columns of the pilot monitor by their names on the wire (wms.md §6.1). */
export const pilotCatalogue: SearchCatalogue = new Map([
  ['PilotID', { sql: 'pilot_id', type: 'integer' }],
  ['PilotJobReference', { sql: 'pilot_reference', type: 'text' }],
  ['PilotStamp', { sql: 'stamp', type: 'text' }],
  ['VO', { sql: 'vo', type: 'text' }],
  ['GridType', { sql: 'grid_type', type: 'text' }],
  ['Status', { sql: 'status', type: 'text' }],
  ['StatusReason', { sql: 'status_reason', type: 'text' }],
  ['DestinationSite', { sql: 'computing_element', type: 'text' }],
  ['GridSite', { sql: 'site', type: 'text' }],
  ['Queue', { sql: 'batch_queue', type: 'text' }],
  ['BenchMark', { sql: 'benchmark', type: 'integer' }],
  ['SubmissionTime', { sql: 'submitted_at_ms', type: 'time' }],
  ['LastUpdateTime', { sql: 'last_update_at_ms', type: 'time' }],
  ['CurrentJobID', { sql: 'current_job_id', type: 'integer', mayBeNull: true }],
  ['HostName', { sql: 'host_name', type: 'text', mayBeNull: true }],
]);

const columns = `pilot_id as "pilotId", stamp, pilot_reference as "pilotReference", secret_sha256 as "secretSha256",
  vo, site, computing_element as "computingElement", batch_queue as "batchQueue",
  grid_type as "gridType", status, status_reason as "statusReason",
  max_wall_time_s as "maxWallTimeS", processors, task_queue_id as "taskQueueId",
  submitted_at_ms as "submittedAtMs", registered_at_ms as "registeredAtMs",
  last_update_at_ms as "lastUpdateAtMs", heartbeat_at_ms as "heartbeatAtMs", ended_at_ms as "endedAtMs"`;

const findSql = `select ${columns} from pilots where stamp = $1`;

export function* findPilot(stamp: string): Work<StoredPilot | undefined> {
  return yield* one<StoredPilot>(findSql, [stamp]);
}

/** Pilots not known to have ended, oldest first. */
export function* openPilots(): Work<readonly StoredPilot[]> {
  return yield* rows<StoredPilot>(
    `select ${columns} from pilots where ended_at_ms is null order by pilot_id`,
  );
}

/** Pilots that said they ended since the instant: their processes must be gone soon. */
export function* pilotsEndedSince(instantMs: number): Work<readonly StoredPilot[]> {
  return yield* rows<StoredPilot>(
    `select ${columns} from pilots where ended_at_ms is not null and ended_at_ms >= $1 order by ended_at_ms`,
    [instantMs],
  );
}

/** So many of the newest pilots are looked through; in a million of them a day is hard to find otherwise. */
const mostLookedThrough = 20_000;
const mostStarted = 2000;

/** The newest pilots that registered, with how long that took; of those submitted since the instant. */
export function* pilotsStartedSince(instantMs: number): Work<readonly StartedPilot[]> {
  const found = yield* rows<
    Pick<StoredPilot, 'site' | 'computingElement' | 'batchQueue'> & { waitedMs: number }
  >(
    `select site, computing_element as "computingElement", batch_queue as "batchQueue",
       registered_at_ms - submitted_at_ms as "waitedMs"
     from pilots
     where pilot_id > (select max(pilot_id) from pilots) - ${mostLookedThrough}
       and registered_at_ms is not null and submitted_at_ms >= $1
     order by pilot_id desc limit ${mostStarted}`,
    [instantMs],
  );
  return found.map((pilot) => ({ classKey: classKeyOf(pilot), waitedMs: pilot.waitedMs }));
}

export function* insertPilot(pilot: NewPilot, atMs: number): Work<void> {
  yield* run(
    `insert into pilots (stamp, pilot_reference, secret_sha256, vo, grid_type, site, computing_element, batch_queue,
       status, status_reason, benchmark, processors, max_wall_time_s, task_queue_id, submitted_at_ms, last_update_at_ms)
     values ($1, $1, $2, $3, $4, $5, $6, $7, 'Submitted', 'Not given', 0, $8, $9, $10, $11, $11)`,
    [
      pilot.stamp,
      pilot.secretSha256,
      pilot.vo,
      pilot.gridType,
      pilot.site,
      pilot.computingElement,
      pilot.batchQueue,
      pilot.processors,
      pilot.maxWallTimeS,
      pilot.taskQueueId,
      atMs,
    ],
  );
}

export interface PilotChange {
  readonly status: PilotStatus;
  readonly reason: string;
  readonly atMs: number;
  /** Set when the pilot ends. */
  readonly jobsTaken: number | undefined;
}

/** The caller has checked that the move is allowed; false when the pilot has ended meanwhile. */
export function* changePilotStatus(stamp: string, change: PilotChange): Work<boolean> {
  const { atMs, jobsTaken, reason, status } = change;
  const changed = yield* one(
    `update pilots set status = $2, status_reason = $3, last_update_at_ms = $4, ended_at_ms = $5, jobs_taken = $6,
       current_job_id = case when cast($5 as bigint) is null then current_job_id else null end
     where stamp = $1 and ended_at_ms is null returning stamp`,
    [
      stamp,
      status,
      reason.slice(0, longestReason),
      atMs,
      jobsTaken === undefined ? null : atMs,
      jobsTaken ?? null,
    ],
  );
  return changed !== undefined;
}

/** Of a pilot that waits on. */
export function* noteWaitingReason(stamp: string, reason: string): Work<void> {
  yield* run(`update pilots set status_reason = $2 where stamp = $1 and status = 'Waiting'`, [stamp, reason]);
}

export function* setPilotReference(stamp: string, reference: string): Work<void> {
  yield* run('update pilots set pilot_reference = $2 where stamp = $1', [stamp, reference]);
}

export function* setPilotFacts(
  stamp: string,
  facts: {
    readonly hostName: string;
    readonly version: string;
    readonly nodeVersion: string;
    readonly isolation: string;
    readonly checks: string;
    readonly offer: string;
  },
  atMs: number,
): Work<void> {
  yield* run(
    `update pilots set host_name = $2, version = $3, node_version = $4, isolation = $5, checks = $6, offer = $7,
       registered_at_ms = coalesce(registered_at_ms, $8), heartbeat_at_ms = $8 where stamp = $1`,
    [
      stamp,
      facts.hostName,
      facts.version,
      facts.nodeVersion,
      facts.isolation,
      facts.checks,
      facts.offer,
      atMs,
    ],
  );
}

const heartbeats: Batch = {
  name: 'heartbeats of pilots',
  columns: [
    { name: 'stamp', type: 'text' },
    { name: 'at_ms', type: 'bigint' },
  ],
  each: 'update pilots set heartbeat_at_ms = $2 where stamp = $1',
  all: `update pilots set heartbeat_at_ms = v.at_ms from unnest($1::text[], $2::bigint[]) as v (stamp, at_ms)
    where pilots.stamp = v.stamp`,
  fold: { keyColumns: 1, merge: (_earlier, later) => later },
};

export const touchPilot = (stamp: string, atMs: number): Work<void> => defer(heartbeats, [stamp, atMs]);

const takes = (jobId: string, atMs: string): string => `current_job_id = ${jobId}, heartbeat_at_ms = ${atMs},
  last_update_at_ms = ${atMs}, status = 'Running',
  status_reason = case when status = 'Running' then status_reason else 'Matched a job' end`;
const isOpen = `status not in (${finalPilotStatuses.map((status) => `'${status}'`).join(', ')})`;

const currentJobs: Batch = {
  name: 'matched pilots',
  columns: [
    { name: 'stamp', type: 'text' },
    { name: 'job_id', type: 'bigint' },
    { name: 'at_ms', type: 'bigint' },
  ],
  each: `update pilots set ${takes('$2', '$3')} where stamp = $1 and ${isOpen}`,
  all: `update pilots set ${takes('v.job_id', 'v.at_ms')}
    from unnest($1::text[], $2::bigint[], $3::bigint[]) as v (stamp, job_id, at_ms)
    where pilots.stamp = v.stamp and ${isOpen}`,
  fold: { keyColumns: 1, merge: (_earlier, later) => later },
};

/** The pilot runs this job now; a pilot that has ended stays as it is. */
export const setCurrentJob = (stamp: string, jobId: number, atMs: number): Work<void> =>
  defer(currentJobs, [stamp, jobId, atMs]);

// ---------------------------------------------------------------- logs

export function* logSize(stamp: string): Work<{ readonly parts: number; readonly length: number }> {
  const found = yield* one<{ parts: number; length: number }>(
    'select count(*) as parts, coalesce(sum(length(text)), 0) as length from pilot_logs where stamp = $1',
    [stamp],
  );
  return found ?? { parts: 0, length: 0 };
}

export function* appendLogPart(stamp: string, part: number, text: string, atMs: number): Work<void> {
  yield* run('insert into pilot_logs (stamp, part, at_ms, text) values ($1, $2, $3, $4)', [
    stamp,
    part,
    atMs,
    text,
  ]);
}

export function* readLog(stamp: string): Work<string> {
  const parts = yield* rows<{ text: string }>('select text from pilot_logs where stamp = $1 order by part', [
    stamp,
  ]);
  return parts.map(({ text }) => text).join('');
}

/** Forgets pilots that ended before the instant, with their logs and outputs; at most `limit`. Returns their number. */
export function* deleteEndedPilots(beforeMs: number, limit: number): Work<number> {
  const gone = yield* rows<{ stamp: string }>(
    `delete from pilots where stamp in (select stamp from pilots
       where ended_at_ms is not null and ended_at_ms < $1 order by ended_at_ms limit $2) returning stamp`,
    [beforeMs, limit],
  );
  for (const { stamp } of gone) {
    yield* run('delete from pilot_logs where stamp = $1', [stamp]);
    yield* run('delete from pilot_outputs where stamp = $1', [stamp]);
  }
  return gone.length;
}

// ---------------------------------------------------------------- attempts of pilots

const holding = `('Matched', 'Running', 'Stalled', 'Completing')`;

/** Stamps of pilots under way that hold an unfinished attempt. */
export function* busyPilots(): Work<ReadonlySet<string>> {
  const found = yield* rows<{ stamp: string }>(
    `select distinct p.stamp from pilots p
       join job_attempts a on a.pilot_stamp = p.stamp
       join jobs j on j.job_id = a.job_id and j.attempt = a.attempt
     where p.ended_at_ms is null and j.status in ${holding}`,
  );
  return new Set(found.map(({ stamp }) => stamp));
}

/** What a pilot took, and whose it was. */
export interface TakenJobs {
  /** Attempts of jobs. */
  readonly jobs: number;
  /** `Various` of several owners, `None` without jobs, `Unknown` once they are erased. */
  readonly owner: string;
  readonly ownerGroup: string;
}

const onlyOne = (column: string): string => `case when count(*) = 0 then 'None'
    when min(${column}) is null then 'Unknown' when min(${column}) = max(${column}) then min(${column})
    else 'Various' end`;

const takenSql = `select count(*) as jobs, ${onlyOne('j.owner')} as owner,
    ${onlyOne('j.owner_group')} as "ownerGroup"
  from job_attempts a left join jobs j on j.job_id = a.job_id where a.pilot_stamp = $1`;

export function* takenJobs(stamp: string): Work<TakenJobs> {
  const found = yield* one<TakenJobs>(takenSql, [stamp]);
  return found ?? { jobs: 0, owner: 'None', ownerGroup: 'None' };
}

/** True when the pilot ever got a job. */
export function* hasRunJobs(stamp: string): Work<boolean> {
  return (
    (yield* one('select 1 as found from job_attempts where pilot_stamp = $1 limit 1', [stamp])) !== undefined
  );
}

export interface JobOfPilot {
  readonly jobId: number;
  readonly vo: string;
  readonly ownerGroup: string;
  readonly owner: string;
}

/** Newest first. */
export function* jobsOfPilot(stamp: string): Work<readonly JobOfPilot[]> {
  return yield* rows<JobOfPilot>(
    `select j.job_id as "jobId", j.vo, j.owner_group as "ownerGroup", j.owner from jobs j
     where j.job_id in (select a.job_id from job_attempts a where a.pilot_stamp = $1) order by j.job_id desc`,
    [stamp],
  );
}

// ---------------------------------------------------------------- searches

export function* searchPilots(sql: string, params: readonly SqlValue[]): Work<readonly Row[]> {
  return yield* rows(sql, params);
}
