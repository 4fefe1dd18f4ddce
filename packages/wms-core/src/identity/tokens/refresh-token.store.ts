/**
 * SQL of refresh tokens and of the access tokens handed out with them. Refresh tokens come as their hashes; rows of
 * revoked ones stay, so that their reuse is noticed.
 */
import { one, rows, run, type Work } from '../../db/database.ts';

export interface RefreshTokenRow {
  readonly jti: string;
  readonly client_id: string;
  readonly account_id: string;
  readonly vo: string;
  readonly group_name: string;
  readonly scope: string;
  readonly rotates: number;
  readonly issued_at_ms: number;
  readonly expires_at_ms: number;
  readonly revoked_at_ms: number | null;
  readonly revoked_because: 'rotated' | 'revoked' | 'reused' | null;
}

const columns = `jti, client_id, account_id, vo, group_name, scope, rotates, issued_at_ms, expires_at_ms,
  revoked_at_ms, revoked_because`;

export const insertRefreshToken = (
  row: Omit<RefreshTokenRow, 'revoked_at_ms' | 'revoked_because'>,
  tokenHash: string,
): Work<void> =>
  run(
    `insert into refresh_tokens (jti, token_hash, client_id, account_id, vo, group_name, scope, rotates,
       issued_at_ms, expires_at_ms) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      row.jti,
      tokenHash,
      row.client_id,
      row.account_id,
      row.vo,
      row.group_name,
      row.scope,
      row.rotates,
      row.issued_at_ms,
      row.expires_at_ms,
    ],
  );

export const findRefreshToken = (tokenHash: string): Work<RefreshTokenRow | undefined> =>
  one<RefreshTokenRow>(`select ${columns} from refresh_tokens where token_hash = $1`, [tokenHash]);

export const findRefreshTokenById = (jti: string): Work<RefreshTokenRow | undefined> =>
  one<RefreshTokenRow>(`select ${columns} from refresh_tokens where jti = $1`, [jti]);

export const insertAccessToken = (jti: string, refreshJti: string, expiresAtMs: number): Work<void> =>
  run('insert into access_tokens (jti, refresh_jti, expires_at_ms) values ($1, $2, $3)', [
    jti,
    refreshJti,
    expiresAtMs,
  ]);

/** What an access token was handed out with. */
export const findByAccessToken = (accessJti: string): Work<RefreshTokenRow | undefined> =>
  one<RefreshTokenRow>(
    `select ${columns} from refresh_tokens
     where jti = (select refresh_jti from access_tokens where jti = $1)`,
    [accessJti],
  );

/** False when it was revoked before. */
export function* revokeRefreshToken(
  jti: string,
  because: 'rotated' | 'revoked',
  atMs: number,
): Work<boolean> {
  const row = yield* one(
    `update refresh_tokens set revoked_at_ms = $3, revoked_because = $2
     where jti = $1 and revoked_at_ms is null returning jti`,
    [jti, because, atMs],
  );
  return row !== undefined;
}

/** After a theft: every token of the subject, also those revoked for another reason. */
export const revokeAllOf = (accountId: string, vo: string, atMs: number): Work<void> =>
  run(
    `update refresh_tokens set revoked_at_ms = coalesce(revoked_at_ms, $3), revoked_because = 'reused'
     where account_id = $1 and vo = $2`,
    [accountId, vo, atMs],
  );

const listed = 1000;

/** Newest first. */
export const refreshTokensOf = (accountId: string, vo: string): Work<readonly RefreshTokenRow[]> =>
  rows<RefreshTokenRow>(
    `select ${columns} from refresh_tokens where account_id = $1 and vo = $2 and revoked_at_ms is null
     order by issued_at_ms desc, jti desc limit ${listed}`,
    [accountId, vo],
  );

/** Revoked ones too, newest first. */
export const refreshTokensOfVo = (vo: string): Work<readonly RefreshTokenRow[]> =>
  rows<RefreshTokenRow>(
    `select ${columns} from refresh_tokens where vo = $1 order by issued_at_ms desc, jti desc limit ${listed}`,
    [vo],
  );

export interface LivingTokenRow extends RefreshTokenRow {
  readonly user_name: string;
  /** Of the access token handed out last; null once that is forgotten. */
  readonly access_expires_at_ms: number | null;
}

const living = (condition: string): string =>
  `select r.*, a.user_name, (select max(expires_at_ms) from access_tokens where refresh_jti = r.jti)
     as access_expires_at_ms
   from refresh_tokens r join accounts a on a.account_id = r.account_id
   where r.vo = $1 and r.revoked_at_ms is null and r.expires_at_ms > $2 ${condition}
   order by r.issued_at_ms desc, r.jti desc limit ${listed}`;

/** Those that are still good, newest first. */
export const livingTokensOfVo = (vo: string, nowMs: number): Work<readonly LivingTokenRow[]> =>
  rows<LivingTokenRow>(living(''), [vo, nowMs]);

export const livingTokensOf = (
  accountId: string,
  vo: string,
  nowMs: number,
): Work<readonly LivingTokenRow[]> =>
  rows<LivingTokenRow>(living('and r.account_id = $3'), [vo, nowMs, accountId]);

export const pruneAccessTokens = (expiredBeforeMs: number): Work<void> =>
  run('delete from access_tokens where expires_at_ms < $1', [expiredBeforeMs]);

/** Those without an access token that may still be good. */
export const pruneRefreshTokens = (issuedBeforeMs: number, expiredBeforeMs: number): Work<void> =>
  run(
    `delete from refresh_tokens where issued_at_ms < $1 and expires_at_ms < $2
       and not exists (select 1 from access_tokens where refresh_jti = refresh_tokens.jti)`,
    [issuedBeforeMs, expiredBeforeMs],
  );
