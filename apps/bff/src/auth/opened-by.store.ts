/**
 * SQL that finds sessions by what they were opened with: the session at an identity provider that a log-out token
 * names, or a certificate. Log-out tokens are good once.
 */
import { createHash } from 'node:crypto';
import { one, rows, run, type Work } from '@wm/wms-core/database';
import { WmsError, type CertificateSerial } from '@wm/wms-core/vocabulary';
import type { LogOutToken } from './log-out-token.adapter.ts';

export interface FoundSession {
  readonly id_hash: string;
  readonly account_id: string;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** False when it was used before, on this server process or another. */
function* spend({ issuer, jti, expiresAtMs }: LogOutToken, nowMs: number): Work<boolean> {
  yield* run('delete from log_out_tokens where expires_at_ms < $1', [nowMs]);
  const spent = yield* one(
    `insert into log_out_tokens (issuer, jti_hash, expires_at_ms) values ($1, $2, $3)
     on conflict do nothing returning jti_hash`,
    [issuer, sha256(jti), expiresAtMs],
  );
  return spent !== undefined;
}

/** Those of the provider's session, of its subject, or of both where both are named. Throws for a used token. */
export function* sessionsOfLogOutToken(token: LogOutToken, nowMs: number): Work<readonly FoundSession[]> {
  if (!(yield* spend(token, nowMs)))
    throw new WmsError('input.invalid', 'The log-out token is not good: it was used before.', {
      field: 'logout_token',
      status: 400,
    });
  const named = [
    ['subject', token.subject],
    ['provider_sid', token.sid],
  ].filter((each): each is [string, string] => each[1] !== undefined);
  return yield* rows<FoundSession>(
    `select id_hash, account_id from sessions where ended_at_ms is null and issuer = $1
       and ${named.map(([column], index) => `${column} = $${index + 2}`).join(' and ')}`,
    [token.issuer, ...named.map(([, value]) => value)],
  );
}

export function* certificatesInUse(): Work<readonly CertificateSerial[]> {
  const found = yield* rows<{ certificate_issuer: string; certificate_serial: string }>(
    `select distinct certificate_issuer, certificate_serial from sessions
     where certificate_serial is not null and ended_at_ms is null`,
  );
  return found.map((row) => ({ issuerKey: row.certificate_issuer, serialHex: row.certificate_serial }));
}

export const sessionsOfCertificate = ({
  issuerKey,
  serialHex,
}: CertificateSerial): Work<readonly FoundSession[]> =>
  rows<FoundSession>(
    `select id_hash, account_id from sessions
     where certificate_issuer = $1 and certificate_serial = $2 and ended_at_ms is null`,
    [issuerKey, serialHex],
  );
