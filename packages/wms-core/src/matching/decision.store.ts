/** SQL of the records of match decisions: why which task queue was drawn. */
import { insertBatch } from '../db/batch.ts';
import { defer, rows, run, type Work } from '../db/database.ts';

const decisions = insertBatch('match_decisions', {
  job_id: 'bigint',
  attempt: 'integer',
  at_ms: 'bigint',
  record: 'text',
});

export const insertDecision = (jobId: number, attempt: number, atMs: number, record: string): Work<void> =>
  defer(decisions, [jobId, attempt, atMs, record]);

export interface StoredDecision {
  readonly attempt: number;
  readonly atMs: number;
  /** JSON of a `RecordedDecision`. */
  readonly record: string;
}

/** Decisions on the attempts of a job, first attempt first. */
export function* findDecisions(jobId: number): Work<readonly StoredDecision[]> {
  return yield* rows<StoredDecision>(
    'select attempt, at_ms as "atMs", record from match_decisions where job_id = $1 order by attempt',
    [jobId],
  );
}

/** Removes the oldest records, at most `limit`. */
export function* pruneDecisions(olderThanMs: number, limit: number): Work<void> {
  const [last] = yield* rows<{ atMs: number }>(
    'select at_ms as "atMs" from match_decisions where at_ms < $1 order by at_ms limit 1 offset $2',
    [olderThanMs, limit],
  );
  yield* run('delete from match_decisions where at_ms < $1', [last?.atMs ?? olderThanMs]);
}
