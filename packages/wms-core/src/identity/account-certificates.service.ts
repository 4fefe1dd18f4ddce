/**
 * Certificates as a way in (credentials.md §1.3, §3.4): whose one is, its hand-over from the certificate port to the
 * session that waits for it, log-in, linking, un-linking. What a chain must be is `shown-certificates.service.ts`.
 */
import { createHash, randomBytes } from 'node:crypto';
import { monotonicFactory } from 'ulid';
import type { AuditAction } from '../audit/audit-actions.ts';
import { recordAudit } from '../audit/audit.store.ts';
import { afterCommit, type Work } from '../db/database.ts';
import { WmsError } from '../kernel/wms-error.ts';
import type { Account, CertificateUseCases, LinkedCertificate } from '../use-cases.ts';
import { accountOfConfigured, toAccount, type AccountServiceDeps } from './account.service.ts';
import {
  certificatesOf,
  findAccount,
  findCertificateOwner,
  linkCertificate,
  logInsOf,
  unlinkCertificate,
  updateAccount,
  type AccountRow,
  type CertificateLink,
  type CertificateRow,
} from './account.store.ts';
import {
  insertHandOver,
  pruneHandOvers,
  takeHandOver,
  type HandedOver,
} from './certificate-hand-over.store.ts';
import { takeCertificate } from './certificate-owner.service.ts';
import type { CallOrigin } from './principal.ts';
import { rememberUnlinked } from './unlinked-certificates.store.ts';
import { createShownCertificates, type ShownCertificatesDeps } from './shown-certificates.service.ts';

export interface AccountCertificatesDeps extends AccountServiceDeps, ShownCertificatesDeps {
  /** Proxies of a certificate count only while it is linked; called when a change is durable. */
  readonly onProxyChanged?: () => void;
}

type Deps = AccountCertificatesDeps;

const handOverMs = 30_000;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');

const idOf = (row: Pick<CertificateRow, 'subject_key' | 'issuer_key'>): string =>
  sha256(JSON.stringify([row.subject_key, row.issuer_key])).slice(0, 22);

const describe = (row: CertificateRow): LinkedCertificate => ({
  certificateId: idOf(row),
  subjectDn: row.subject_dn,
  issuerDn: row.issuer_dn,
  source: row.source,
  linkedAtMs: row.linked_at_ms,
});

const audit = (
  deps: Deps,
  action: AuditAction,
  accountId: string,
  subjectDn: string,
  from: CallOrigin | undefined,
): Work<void> =>
  recordAudit({
    atMs: deps.clock.nowMs(),
    action,
    actorAccountId: accountId,
    // None of these acts in a group.
    actorGroup: '',
    targetAccountId: accountId,
    subjectDn,
    result: 'OK',
    from,
  });

const unlinked = ({ subjectDn }: Pick<CertificateLink, 'subjectDn'>): WmsError =>
  new WmsError(
    'certificate.unlinked',
    `The certificate "${subjectDn}" is good, but linked to no account here. Log in to the portal with Check-in and link it to your account, then try again.`,
    { subjectDn },
  );

function* owner(certificate: CertificateLink): Work<AccountRow | undefined> {
  const accountId = yield* findCertificateOwner(certificate.subjectKey, certificate.issuerKey);
  return accountId === undefined ? undefined : yield* findAccount(accountId);
}

/** The configuration may say whose it is before he ever came with anything else. */
function* configuredOwner(deps: Deps, given: CertificateLink, newId: string): Work<AccountRow | undefined> {
  const configured = (deps.configuredCertificates ?? []).find(
    ({ subjectKey, issuerKey }) => subjectKey === given.subjectKey && issuerKey === given.issuerKey,
  );
  if (!configured) return undefined;
  const account = yield* accountOfConfigured(deps, configured.userName, newId);
  if (account) yield* linkCertificate(account.account_id, given, 'configuration', deps.clock.nowMs());
  return account;
}

/** What was handed over under the code; gone with this, whatever comes of it. Throws `access.unauthenticated`. */
async function redeem(deps: Deps, code: string, nonce: string): Promise<HandedOver> {
  const certificate = await deps.database.write(() =>
    takeHandOver(sha256(code), sha256(nonce), deps.clock.nowMs()),
  );
  if (certificate) return certificate;
  throw new WmsError(
    'access.unauthenticated',
    'This log-in was not begun in this browser, is over, or was used before. Please begin again.',
  );
}

function* logIn(
  deps: Deps,
  certificate: CertificateLink,
  newId: string,
  from: CallOrigin | undefined,
): Work<Account> {
  const account = (yield* owner(certificate)) ?? (yield* configuredOwner(deps, certificate, newId));
  if (!account) throw unlinked(certificate);
  // What Check-in last said of how well it knows him stays as it is: a certificate says nothing of that.
  const { account_id, display_name, email } = account;
  yield* updateAccount(account_id, display_name, email, deps.clock.nowMs());
  yield* audit(deps, 'log in', account_id, certificate.subjectDn, from);
  return yield* toAccount(account);
}

function* link(
  deps: Deps,
  accountId: string,
  certificate: CertificateLink,
  from: CallOrigin | undefined,
): Work<LinkedCertificate> {
  yield* takeCertificate(deps, accountId, certificate, 'log-in');
  yield* audit(deps, 'link certificate', accountId, certificate.subjectDn, from);
  yield* afterCommit(() => deps.onProxyChanged?.());
  const linked = (yield* certificatesOf(accountId)).find(
    (row) => row.subject_key === certificate.subjectKey && row.issuer_key === certificate.issuerKey,
  );
  if (!linked) throw new WmsError('internal', 'A certificate that was just linked is not there.');
  return describe(linked);
}

function* unlink(
  deps: Deps,
  accountId: string,
  certificateId: string,
  from: CallOrigin | undefined,
): Work<void> {
  const all = yield* certificatesOf(accountId);
  const row = all.find((each) => idOf(each) === certificateId);
  if (!row) throw new WmsError('not-found', 'No such certificate is linked to your account.');
  const isConfigured = (deps.configuredCertificates ?? []).some(
    ({ subjectKey, issuerKey }) => subjectKey === row.subject_key && issuerKey === row.issuer_key,
  );
  if (isConfigured)
    throw new WmsError('conflict', 'The configuration says that this certificate is yours; it stays linked.');
  // Nobody but this server holds the key of an issued one.
  const isOtherWay = all.some((each) => each !== row && each.source !== 'issued');
  if (!isOtherWay && (yield* logInsOf(accountId)).length === 0)
    throw new WmsError(
      'conflict',
      'This certificate is your only way in. Log in once in another way, or link another certificate, before you take it away.',
    );
  yield* unlinkCertificate(accountId, row.subject_key, row.issuer_key);
  const pair = { subjectKey: row.subject_key, issuerKey: row.issuer_key };
  yield* rememberUnlinked(accountId, pair, deps.clock.nowMs());
  yield* audit(deps, 'unlink certificate', accountId, row.subject_dn, from);
  yield* afterCommit(() => deps.onProxyChanged?.());
}

export function createAccountCertificates(deps: Deps): CertificateUseCases {
  const { database, clock, log } = deps;
  const newAccountId = monotonicFactory();
  return {
    ...createShownCertificates(deps),
    accountOf: (shown) =>
      database.read(function* () {
        const account = yield* owner(shown);
        if (!account) throw unlinked(shown);
        return yield* toAccount(account);
      }),
    async handOver(shown, nonce) {
      if (shown.isProxy)
        throw new WmsError(
          'proxy.invalid',
          'A session is opened with the certificate itself, not with a proxy of it.',
          { reason: 'PROXY' },
        );
      const code = randomBytes(32).toString('base64url');
      const nowMs = clock.nowMs();
      await database.write(function* () {
        yield* pruneHandOvers(nowMs);
        yield* insertHandOver(sha256(code), sha256(nonce), shown, nowMs + handOverMs);
      });
      return code;
    },
    async logIn(code, nonce, from) {
      const certificate = await redeem(deps, code, nonce);
      const newId = newAccountId(clock.nowMs());
      const account = await database.write(() => logIn(deps, certificate, newId, from));
      log.info({ accountId: account.accountId }, 'account.logged-in-by-certificate');
      const { issuerKey, serialHex } = certificate;
      return { account, certificate: { issuerKey, serialHex } };
    },
    async link(accountId, code, nonce, from) {
      const certificate = await redeem(deps, code, nonce);
      const linked = await database.write(() => link(deps, accountId, certificate, from));
      log.info({ accountId, certificateId: linked.certificateId }, 'certificate.linked');
      return linked;
    },
    list: (accountId) =>
      database.read(function* () {
        return (yield* certificatesOf(accountId)).map(describe);
      }),
    async unlink(accountId, certificateId, from) {
      await database.write(() => unlink(deps, accountId, certificateId, from));
      log.info({ accountId, certificateId }, 'certificate.unlinked');
    },
  };
}
