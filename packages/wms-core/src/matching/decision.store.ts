/** SQL of the records of match decisions: why which task queue was drawn. They stand with the attempts they made. */
import { rows, run, type Work } from '../db/database.ts';

export interface StoredDecision {
  readonly attempt: number;
  readonly atMs: number;
  /** JSON of a `RecordedDecision`. */
  readonly record: string;
}

/** Decisions on the attempts of a job, first attempt first. */
export function* findDecisions(jobId: number): Work<readonly StoredDecision[]> {
  return yield* rows<StoredDecision>(
    `select attempt, matched_at_ms as "atMs", decision as record from job_attempts
     where job_id = $1 and decision is not null order by attempt`,
    [jobId],
  );
}

/** Forgets the oldest records, at most `limit` and those of the same millisecond; the attempts stay. */
export function* pruneDecisions(olderThanMs: number, limit: number): Work<void> {
  const [last] = yield* rows<{ atMs: number }>(
    `select matched_at_ms as "atMs" from job_attempts where decision is not null and matched_at_ms < $1
     order by matched_at_ms limit 1 offset $2`,
    [olderThanMs, limit],
  );
  yield* run('update job_attempts set decision = null where decision is not null and matched_at_ms < $1', [
    last?.atMs ?? olderThanMs,
  ]);
}
