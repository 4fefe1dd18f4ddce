/** SQL of refresh tokens. They come as their hashes; rows of revoked ones stay, so that their reuse is noticed. */
import { one, rows, run, type Work } from '../../db/database.ts';

export interface RefreshTokenRow {
  readonly jti: string;
  readonly access_jti: string;
  readonly client_id: string;
  readonly account_id: string;
  readonly vo: string;
  readonly group_name: string;
  readonly scope: string;
  readonly issued_at_ms: number;
  readonly expires_at_ms: number;
  readonly revoked_at_ms: number | null;
  readonly revoked_because: 'rotated' | 'revoked' | 'reused' | null;
}

const columns = `jti, access_jti, client_id, account_id, vo, group_name, scope, issued_at_ms, expires_at_ms,
  revoked_at_ms, revoked_because`;

export const insertRefreshToken = (
  row: Omit<RefreshTokenRow, 'revoked_at_ms' | 'revoked_because'>,
  tokenHash: string,
): Work<void> =>
  run(
    `insert into refresh_tokens (jti, token_hash, access_jti, client_id, account_id, vo, group_name, scope,
       issued_at_ms, expires_at_ms) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      row.jti,
      tokenHash,
      row.access_jti,
      row.client_id,
      row.account_id,
      row.vo,
      row.group_name,
      row.scope,
      row.issued_at_ms,
      row.expires_at_ms,
    ],
  );

export const findRefreshToken = (tokenHash: string): Work<RefreshTokenRow | undefined> =>
  one<RefreshTokenRow>(`select ${columns} from refresh_tokens where token_hash = $1`, [tokenHash]);

export const findRefreshTokenById = (jti: string): Work<RefreshTokenRow | undefined> =>
  one<RefreshTokenRow>(`select ${columns} from refresh_tokens where jti = $1`, [jti]);

/** What an access token was handed out with. */
export const findByAccessToken = (accessJti: string): Work<RefreshTokenRow | undefined> =>
  one<RefreshTokenRow>(`select ${columns} from refresh_tokens where access_jti = $1`, [accessJti]);

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

export const pruneRefreshTokens = (issuedBeforeMs: number, expiredBeforeMs: number): Work<void> =>
  run('delete from refresh_tokens where issued_at_ms < $1 and expires_at_ms < $2', [
    issuedBeforeMs,
    expiredBeforeMs,
  ]);
