/** SQL of certificates on their way from the certificate port to the portal's origin. Codes arrive hashed. */
import { one, run, type Work } from '../db/database.ts';
import type { CertificateSerial } from '../use-cases.ts';
import type { CertificateLink } from './account.store.ts';

export type HandedOver = CertificateLink & CertificateSerial;

interface HandOverRow {
  readonly subject_key: string;
  readonly issuer_key: string;
  readonly subject_dn: string;
  readonly issuer_dn: string;
  readonly certificate_serial: string;
}

export const insertHandOver = (
  codeHash: string,
  nonceHash: string,
  certificate: HandedOver,
  expiresAtMs: number,
): Work<void> =>
  run(
    `insert into certificate_hand_overs
       (code_hash, nonce_hash, subject_key, issuer_key, subject_dn, issuer_dn, certificate_serial, expires_at_ms)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      codeHash,
      nonceHash,
      certificate.subjectKey,
      certificate.issuerKey,
      certificate.subjectDn,
      certificate.issuerDn,
      certificate.serialHex,
      expiresAtMs,
    ],
  );

/** Takes it away: the second call finds nothing, nor does one with another nonce or after its time. */
export function* takeHandOver(
  codeHash: string,
  nonceHash: string,
  nowMs: number,
): Work<HandedOver | undefined> {
  const row = yield* one<HandOverRow>(
    `delete from certificate_hand_overs where code_hash = $1 and nonce_hash = $2 and expires_at_ms > $3
     returning subject_key, issuer_key, subject_dn, issuer_dn, certificate_serial`,
    [codeHash, nonceHash, nowMs],
  );
  if (!row) return undefined;
  return {
    subjectKey: row.subject_key,
    issuerKey: row.issuer_key,
    subjectDn: row.subject_dn,
    issuerDn: row.issuer_dn,
    serialHex: row.certificate_serial,
  };
}

export const pruneHandOvers = (nowMs: number): Work<void> =>
  run('delete from certificate_hand_overs where expires_at_ms <= $1', [nowMs]);
