/** SQL of explanations: the place of a job in its queue, how long it waited, what was said of it, counted matches. */
import { createHash } from 'node:crypto';
import { addBatch, insertBatch } from '../db/batch.ts';
import { defer, one, rows, run, type Work } from '../db/database.ts';
import { placeholders } from '../db/dialect.ts';
import { requirementsKey } from '../task-queues/requirements.ts';
import type { TaskQueueRequirements } from '../task-queues/task-queue.ts';
import type { LineAhead } from './estimate.ts';
import type { MatchCount } from './match-meter.ts';

/** More than so many jobs ahead are not counted one by one. */
const mostCounted = 10_000;

/** Reads index entries only, and few. `userPriority` and `jobId` of the job that asks. */
export function* readLineAhead(taskQueueId: number, userPriority: number, jobId: number): Work<LineAhead> {
  const rank = 0 - userPriority;
  const higher = yield* one<{ jobs: number }>(
    `select count(*) as jobs from (
       select 1 as found from task_queue_jobs where task_queue_id = $1 and rank < $2 limit ${mostCounted}) ahead`,
    [taskQueueId, rank],
  );
  const older = yield* one<{ jobs: number }>(
    `select count(*) as jobs from (
       select 1 as found from task_queue_jobs where task_queue_id = $1 and rank = $2 and job_id < $3
       limit ${mostCounted}) ahead`,
    [taskQueueId, rank, jobId],
  );
  const line = { higher: higher?.jobs ?? 0, older: older?.jobs ?? 0 };
  return { ...line, isAtLeast: Math.max(line.higher, line.older) >= mostCounted };
}

export interface Wait {
  readonly sinceMs: number;
  /** When a pilot took the present attempt; null while none did. */
  readonly matchedAtMs: number | null;
}

export function* readWait(jobId: number): Work<Wait | undefined> {
  return yield* one<Wait>(
    `select coalesce(j.rescheduled_at_ms, j.submitted_at_ms) as "sinceMs", a.matched_at_ms as "matchedAtMs"
     from jobs j left join job_attempts a on a.job_id = j.job_id and a.attempt = j.attempt where j.job_id = $1`,
    [jobId],
  );
}

// ---------------------------------------------------------------- what was said

/** Names a set of requirements beyond the life of its task queue. */
export const digestOf = (requirements: TaskQueueRequirements): string =>
  createHash('sha256').update(requirementsKey(requirements)).digest('hex');

export interface LookCause {
  readonly id: string;
  readonly sentence: string;
}

/** From `firstAtMs` to `lastAtMs` the jobs of a task queue waited for the same causes. */
export interface Look {
  readonly digest: string;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  /** As worded at the last look, the main one first. */
  readonly causes: readonly LookCause[];
}

interface LookRow extends Omit<Look, 'causes'> {
  readonly causes: string;
}

const lookOf = (row: LookRow): Look => ({ ...row, causes: JSON.parse(row.causes) as readonly LookCause[] });
const lookColumns = `digest, first_at_ms as "firstAtMs", last_at_ms as "lastAtMs", causes`;

/** Looks that touch the time between the instants, oldest first; at most `limit`, the latest ones. */
export function* readLooks(
  digest: string,
  fromMs: number,
  untilMs: number,
  limit: number,
): Work<readonly Look[]> {
  const found = yield* rows<LookRow>(
    `select ${lookColumns} from waiting_looks where digest = $1 and first_at_ms <= $3 and last_at_ms >= $2
     order by first_at_ms desc limit $4`,
    [digest, fromMs, untilMs, limit],
  );
  return found.toReversed().map(lookOf);
}

/** The latest look of each of these queues. */
export function* readLastLooks(digests: readonly string[]): Work<readonly Look[]> {
  if (digests.length === 0) return [];
  const found = yield* rows<LookRow>(
    `select ${lookColumns} from waiting_looks w where digest in (${placeholders(digests.length)})
     and first_at_ms = (select max(first_at_ms) from waiting_looks l where l.digest = w.digest)`,
    digests,
  );
  return found.map(lookOf);
}

const looks = insertBatch(
  'waiting_looks',
  { digest: 'text', first_at_ms: 'bigint', last_at_ms: 'bigint', causes: 'text' },
  {
    onConflict:
      'on conflict (digest, first_at_ms) do update set last_at_ms = excluded.last_at_ms, causes = excluded.causes',
    fold: { keyColumns: 2, merge: (_earlier, later) => later },
  },
);

export const saveLook = ({ causes, digest, firstAtMs, lastAtMs }: Look): Work<void> =>
  defer(looks, [digest, firstAtMs, lastAtMs, JSON.stringify(causes)]);

// ---------------------------------------------------------------- counted matches

const matchCounts = addBatch('match_counts', { counted: 'text', slot_start_ms: 'bigint' }, 'jobs');

export const addMatchCount = ({ counted, jobs, slotStartMs }: MatchCount): Work<void> =>
  defer(matchCounts, [counted, slotStartMs, jobs]);

export function* readMatchCounts(counted: readonly string[], sinceMs: number): Work<readonly MatchCount[]> {
  return yield* rows<MatchCount>(
    `select counted, slot_start_ms as "slotStartMs", jobs from match_counts
     where counted in (${placeholders(counted.length, 2)}) and slot_start_ms >= $1`,
    [sinceMs, ...counted],
  );
}

// ---------------------------------------------------------------- removal

/** Forgets what ended before the instants; each at most `limit` rows. */
export function* pruneExplanations(
  before: { readonly looksMs: number; readonly countsMs: number },
  limit: number,
): Work<void> {
  yield* run(
    `delete from waiting_looks where (digest, first_at_ms) in (
       select digest, first_at_ms from waiting_looks where last_at_ms < $1 limit $2)`,
    [before.looksMs, limit],
  );
  yield* run(
    `delete from match_counts where (counted, slot_start_ms) in (
       select counted, slot_start_ms from match_counts where slot_start_ms < $1 limit $2)`,
    [before.countsMs, limit],
  );
}
