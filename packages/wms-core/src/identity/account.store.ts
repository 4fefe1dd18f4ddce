/**
 * SQL of accounts, their log-ins, certificates and FQANs. Asked by the account and proxy services; what a
 * link means and who may make one is decided there.
 */
import { one, rows, run, type Work } from '../db/database.ts';
import type { AssuranceLevel } from './assurance.ts';

export interface AccountRow {
  readonly account_id: string;
  readonly user_name: string;
  readonly is_configured: number;
  readonly display_name: string;
  readonly email: string | null;
  /** The best of its log-ins. */
  readonly assurance: AssuranceLevel;
}

export interface LogInRow {
  readonly issuer: string;
  readonly claim: 'sub' | 'voperson_id';
  readonly subject: string;
  readonly account_id: string;
}

/** `provider`: the identity provider vouched for it, nobody proved to hold its key. */
export type CertificateSource = 'configuration' | 'upload' | 'issued' | 'log-in' | 'provider';

export interface CertificateLink {
  readonly subjectKey: string;
  readonly issuerKey: string;
  readonly subjectDn: string;
  readonly issuerDn: string;
}

const accountColumns = 'account_id, user_name, is_configured, display_name, email, assurance';

export const findAccount = (accountId: string): Work<AccountRow | undefined> =>
  one<AccountRow>(`select ${accountColumns} from accounts where account_id = $1`, [accountId]);

export const findAccountByUserName = (userName: string): Work<AccountRow | undefined> =>
  one<AccountRow>(`select ${accountColumns} from accounts where user_name = $1`, [userName]);

export function* findAccountIdByLogIn(
  issuer: string,
  claim: LogInRow['claim'],
  subject: string,
): Work<string | undefined> {
  const row = yield* one<{ account_id: string }>(
    'select account_id from account_log_ins where issuer = $1 and claim = $2 and subject = $3',
    [issuer, claim, subject],
  );
  return row?.account_id;
}

export const logInsOf = (accountId: string): Work<readonly LogInRow[]> =>
  rows<LogInRow>('select issuer, claim, subject, account_id from account_log_ins where account_id = $1', [
    accountId,
  ]);

export const insertAccount = (account: AccountRow, atMs: number): Work<void> =>
  run(
    `insert into accounts (${accountColumns}, created_at_ms, last_log_in_at_ms)
     values ($1, $2, $3, $4, $5, $6, $7, $7)`,
    [
      account.account_id,
      account.user_name,
      account.is_configured,
      account.display_name,
      account.email,
      account.assurance,
      atMs,
    ],
  );

export const updateAccount = (
  accountId: string,
  displayName: string,
  email: string | null,
  atMs: number,
): Work<void> =>
  run(
    `update accounts set display_name = $2, email = $3, last_log_in_at_ms = $4
     where account_id = $1`,
    [accountId, displayName, email, atMs],
  );

/** Keeps a link that is already there, whoever it belongs to. */
export const linkLogIn = (logIn: LogInRow, atMs: number): Work<void> =>
  run(
    `insert into account_log_ins (issuer, claim, subject, account_id, linked_at_ms)
     values ($1, $2, $3, $4, $5) on conflict do nothing`,
    [logIn.issuer, logIn.claim, logIn.subject, logIn.account_id, atMs],
  );

export function* findCertificateOwner(subjectKey: string, issuerKey: string): Work<string | undefined> {
  const row = yield* one<{ account_id: string }>(
    'select account_id from account_certificates where subject_key = $1 and issuer_key = $2',
    [subjectKey, issuerKey],
  );
  return row?.account_id;
}

export function* certificateDnsOf(accountId: string): Work<readonly string[]> {
  const found = yield* rows<{ subject_dn: string }>(
    'select subject_dn from account_certificates where account_id = $1 order by linked_at_ms, subject_dn',
    [accountId],
  );
  return [...new Set(found.map((row) => row.subject_dn))];
}

export interface CertificateRow {
  readonly subject_key: string;
  readonly issuer_key: string;
  readonly subject_dn: string;
  readonly issuer_dn: string;
  readonly source: CertificateSource;
  readonly linked_at_ms: number;
}

/** The oldest link first. */
export const certificatesOf = (accountId: string): Work<readonly CertificateRow[]> =>
  rows<CertificateRow>(
    `select subject_key, issuer_key, subject_dn, issuer_dn, source, linked_at_ms from account_certificates
     where account_id = $1 order by linked_at_ms, subject_dn, issuer_dn`,
    [accountId],
  );

export const unlinkCertificate = (accountId: string, subjectKey: string, issuerKey: string): Work<void> =>
  run('delete from account_certificates where account_id = $1 and subject_key = $2 and issuer_key = $3', [
    accountId,
    subjectKey,
    issuerKey,
  ]);

/** Keeps a link that is already there, whoever it belongs to. */
export const linkCertificate = (
  accountId: string,
  link: CertificateLink,
  source: CertificateSource,
  atMs: number,
): Work<void> =>
  run(
    `insert into account_certificates
       (subject_key, issuer_key, subject_dn, issuer_dn, account_id, source, linked_at_ms)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
    [link.subjectKey, link.issuerKey, link.subjectDn, link.issuerDn, accountId, source, atMs],
  );

/** FQANs seen at or after `sinceMs`. */
export function* fqansOf(accountId: string, sinceMs: number): Work<ReadonlySet<string>> {
  const found = yield* rows<{ fqan: string }>(
    'select fqan from account_fqans where account_id = $1 and seen_at_ms >= $2',
    [accountId, sinceMs],
  );
  return new Set(found.map((row) => row.fqan));
}

export function* replaceFqans(
  accountId: string,
  issuer: string,
  fqans: readonly string[],
  atMs: number,
): Work<void> {
  yield* run('delete from account_fqans where account_id = $1 and issuer = $2', [accountId, issuer]);
  for (const fqan of new Set(fqans))
    yield* run(
      `insert into account_fqans (account_id, fqan, issuer, seen_at_ms) values ($1, $2, $3, $4)
       on conflict (account_id, issuer, fqan) do update set seen_at_ms = excluded.seen_at_ms`,
      [accountId, fqan, issuer, atMs],
    );
}
