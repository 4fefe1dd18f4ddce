/**
 * SQL of certificates that somebody un-linked himself. What an identity provider vouches for is linked at every log-in, but
 * not against the word of the person; his own proof by key takes that word back.
 */
import { one, run, type Work } from '../db/database.ts';

interface Pair {
  readonly subjectKey: string;
  readonly issuerKey: string;
}

export const rememberUnlinked = (
  accountId: string,
  { subjectKey, issuerKey }: Pair,
  atMs: number,
): Work<void> =>
  run(
    `insert into unlinked_certificates (account_id, subject_key, issuer_key, unlinked_at_ms)
     values ($1, $2, $3, $4) on conflict do nothing`,
    [accountId, subjectKey, issuerKey, atMs],
  );

export const forgetUnlinked = (accountId: string, { subjectKey, issuerKey }: Pair): Work<void> =>
  run('delete from unlinked_certificates where account_id = $1 and subject_key = $2 and issuer_key = $3', [
    accountId,
    subjectKey,
    issuerKey,
  ]);

export function* wasUnlinked(accountId: string, { subjectKey, issuerKey }: Pair): Work<boolean> {
  const row = yield* one(
    `select 1 as found from unlinked_certificates
     where account_id = $1 and subject_key = $2 and issuer_key = $3`,
    [accountId, subjectKey, issuerKey],
  );
  return row !== undefined;
}
