/** SQL of back-channel log-out: which sessions a log-out token means, and that it is good once. */
import { createHash } from 'node:crypto';
import { one, rows, run, type Work } from '@wm/wms-core/database';
import type { LogOutToken } from './log-out-token.adapter.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** False when it was used before, on this server process or another. */
export function* spendLogOutToken({ issuer, jti, expiresAtMs }: LogOutToken, nowMs: number): Work<boolean> {
  yield* run('delete from log_out_tokens where expires_at_ms < $1', [nowMs]);
  const spent = yield* one(
    `insert into log_out_tokens (issuer, jti_hash, expires_at_ms) values ($1, $2, $3)
     on conflict do nothing returning jti_hash`,
    [issuer, sha256(jti), expiresAtMs],
  );
  return spent !== undefined;
}

export interface FoundSession {
  readonly id_hash: string;
  readonly account_id: string;
}

/** Those of the provider's session, of its subject, or of both where both are named. */
export const sessionsAtProvider = ({
  issuer,
  subject,
  sid,
}: Pick<LogOutToken, 'issuer' | 'subject' | 'sid'>): Work<readonly FoundSession[]> => {
  const named = [
    ['subject', subject],
    ['provider_sid', sid],
  ].filter((each): each is [string, string] => each[1] !== undefined);
  return rows<FoundSession>(
    `select id_hash, account_id from sessions where ended_at_ms is null and issuer = $1
       and ${named.map(([column], index) => `${column} = $${index + 2}`).join(' and ')}`,
    [issuer, ...named.map(([, value]) => value)],
  );
};
