/** SQL of the last match of each pilot. */
import { evict, load, run, save, type Work } from '../db/database.ts';
import { defineEntity } from '../db/entity.ts';

export interface MatchClaim {
  readonly pilotStamp: string;
  readonly requestId: string;
  readonly jobId: number;
  readonly attempt: number;
  readonly atMs: number;
  readonly revision: number;
}

export const claimEntity = defineEntity<MatchClaim>(
  'match_claims',
  { id: 'pilotStamp', revision: 'revision' },
  {
    pilotStamp: ['pilot_stamp', 'text'],
    requestId: ['request_id', 'text', 'changes'],
    jobId: ['job_id', 'bigint', 'changes'],
    attempt: ['attempt', 'integer', 'changes'],
    atMs: ['at_ms', 'bigint', 'changes'],
    revision: ['revision', 'bigint'],
  },
);

export const lastClaim = (pilotStamp: string): Work<MatchClaim | undefined> => load(claimEntity, pilotStamp);

/** `before` is what `lastClaim` gave in the same work. */
export function* saveClaim(before: MatchClaim | undefined, claim: Omit<MatchClaim, 'revision'>): Work<void> {
  const { pilotStamp, requestId, jobId, attempt, atMs } = claim;
  if (before) {
    yield* save(claimEntity, before, { ...before, requestId, jobId, attempt, atMs });
    return;
  }
  // At once, so that the same question in the same group of works finds it.
  yield* run(
    `insert into match_claims (pilot_stamp, request_id, job_id, attempt, at_ms) values ($1, $2, $3, $4, $5)
     on conflict (pilot_stamp) do update set request_id = excluded.request_id, job_id = excluded.job_id,
       attempt = excluded.attempt, at_ms = excluded.at_ms, revision = match_claims.revision + 1`,
    [pilotStamp, requestId, jobId, attempt, atMs],
  );
  yield* evict(claimEntity, pilotStamp);
}

/** Claims of pilots that are long gone. */
export const pruneClaims = (olderThanMs: number): Work<void> =>
  run('delete from match_claims where at_ms < $1', [olderThanMs]);
