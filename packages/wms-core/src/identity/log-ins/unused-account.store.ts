/**
 * Was anything done with an account? One that somebody got only because he once logged in elsewhere holds nothing that
 * could be lost, so its log-in may move to the account he means. Asked when a log-in is linked.
 */
import { one, type Work } from '../../db/database.ts';
import type { AccountRow } from '../account.store.ts';

/** Rows there are something that belongs to the account; `$1` is its id. */
const belongings = [
  'account_certificates where account_id = $1',
  'granted_memberships where account_id = $1',
  'issued_certificates where account_id = $1',
  'job_operations where account_id = $1',
  'membership_requests where account_id = $1',
  'proxies where account_id = $1',
  'refresh_tokens where account_id = $1',
  'submissions where account_id = $1',
  'suspensions where account_id = $1',
  // Windows and preferences are kept by themselves.
  `user_documents where account_id = $1 and kind = 'note'`,
];

/** `issuer`: of the log-in that would leave it without any. */
export function* isUnused({ account_id, user_name }: AccountRow, issuer: string): Work<boolean> {
  const otherLogIn = yield* one(
    'select 1 as found from account_log_ins where account_id = $1 and issuer <> $2 limit 1',
    [account_id, issuer],
  );
  const job = yield* one('select 1 as found from job_counters where owner = $1 and jobs > 0 limit 1', [
    user_name,
  ]);
  if (otherLogIn || job) return false;
  for (const rows of belongings)
    if (yield* one(`select 1 as found from ${rows} limit 1`, [account_id])) return false;
  return true;
}
