/** SQL of the certificates that the installation's own authority issued. */
import { rows, run, type Work } from '../../db/database.ts';

export interface IssuedCertificateRow {
  readonly serial: string;
  readonly account_id: string;
  readonly subject_dn: string;
  readonly issuer_dn: string;
  readonly issued_at_ms: number;
  readonly not_after_ms: number;
}

export const insertIssued = (row: IssuedCertificateRow): Work<void> =>
  run(
    `insert into issued_certificates (serial, account_id, subject_dn, issuer_dn, issued_at_ms, not_after_ms)
     values ($1, $2, $3, $4, $5, $6)`,
    [row.serial, row.account_id, row.subject_dn, row.issuer_dn, row.issued_at_ms, row.not_after_ms],
  );

/** All of an account that are not over. */
export const revokeIssued = (accountId: string, atMs: number): Work<void> =>
  run(
    `update issued_certificates set revoked_at_ms = $2
     where account_id = $1 and revoked_at_ms is null and not_after_ms > $2`,
    [accountId, atMs],
  );

/** Revoked and not over: the revocation list. */
export const revokedNow = (
  nowMs: number,
): Work<readonly { readonly serial: string; readonly revoked_at_ms: number }[]> =>
  rows(
    `select serial, revoked_at_ms from issued_certificates
     where revoked_at_ms is not null and not_after_ms > $1 order by serial`,
    [nowMs],
  );

/** What has been over for long; the audit log keeps that it was issued. */
export const pruneIssued = (overBeforeMs: number): Work<void> =>
  run('delete from issued_certificates where not_after_ms < $1', [overBeforeMs]);
