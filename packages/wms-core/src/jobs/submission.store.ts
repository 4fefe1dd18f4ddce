/** SQL of submissions that carried a request key: a repetition gets the first answer (kept 24 h). */
import { one, run, type Work } from '../db/database.ts';

export interface KnownSubmission {
  /** SHA-256 of what was submitted. */
  readonly digest: string;
  /** The answer as JSON. */
  readonly answer: string;
}

export function* findSubmission(accountId: string, requestKey: string): Work<KnownSubmission | undefined> {
  return yield* one<KnownSubmission>(
    'select digest, answer from submissions where account_id = $1 and request_key = $2',
    [accountId, requestKey],
  );
}

export function* insertSubmission(
  accountId: string,
  requestKey: string,
  known: KnownSubmission,
  atMs: number,
): Work<void> {
  yield* run(
    'insert into submissions (account_id, request_key, digest, answer, at_ms) values ($1, $2, $3, $4, $5)',
    [accountId, requestKey, known.digest, known.answer, atMs],
  );
}

export function* pruneSubmissions(olderThanMs: number): Work<void> {
  yield* run('delete from submissions where at_ms < $1', [olderThanMs]);
}
