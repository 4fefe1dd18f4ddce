/**
 * A proxy without a certificate (ADR 0020): the installation's own authority issues a short-lived certificate to
 * the account that is logged in, a proxy is signed with its key, and the key is forgotten at once. What is stored
 * is like an uploaded proxy, and passes the same judgement. Asked by one click in the portal.
 */
import {
  buildProxy,
  digestOfKey,
  exportPrivateKey,
  exportPublicKey,
  writeCertificates,
  type Certificate,
} from '@wm/credentials';
import type { Work } from '../../db/database.ts';
import { createAgent, type Agent } from '../../kernel/agent.ts';
import { WmsError } from '../../kernel/wms-error.ts';
import type { StoredProxy } from '../../use-cases.ts';
import { linkCertificate } from '../account.store.ts';
import { sealKey } from '../key-envelope.adapter.ts';
import type { UserPrincipal } from '../principal.ts';
import {
  audit,
  describe,
  ringBell,
  rowOfProxy,
  type ProxyManagerDeps as Deps,
} from '../proxy-records.service.ts';
import { storeProxy } from '../proxy.store.ts';
import { checkStorable, type StorableProxy } from '../stored-proxy-rules.ts';
import { insertIssued, pruneIssued, revokedNow } from './issued-certificate.store.ts';
import type { IssuingAuthority } from './issuing-authority.adapter.ts';

/** Clocks of other machines may be late. */
const backdateMs = 5 * 60_000;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Rows of certificates that are over stay so long, for whoever asks of an old job. */
const keepOverMs = 180 * dayMs;

interface IssuedProxy {
  readonly certificate: Certificate;
  readonly chainPem: string;
  readonly keyDigest: string;
  /** PKCS#8; the taker overwrites it. */
  readonly proxyKey: Uint8Array;
}

async function issueChain(
  deps: Deps,
  authority: IssuingAuthority,
  principal: UserPrincipal,
): Promise<IssuedProxy> {
  const nowMs = deps.clock.nowMs();
  const { issuedLifetimeH } = deps.configuration.current().values.identity;
  const [keys, proxyKeys] = [await deps.keys.take(), await deps.keys.take()];
  const certificate = await authority.issue({
    // Neither part ever changes or is given to somebody else, so the subject is the account's for good.
    commonName: `${principal.userName} ${principal.accountId}`,
    notBeforeMs: nowMs - backdateMs,
    notAfterMs: nowMs + issuedLifetimeH * hourMs,
    keys,
  });
  const publicKey = await exportPublicKey(proxyKeys.publicKey);
  const proxy = await buildProxy({
    issuer: certificate,
    issuerKey: keys.privateKey,
    publicKey,
    nowMs,
    notAfterMs: certificate.notAfterMs,
    policy: 'inheritAll',
  });
  return {
    certificate,
    chainPem: writeCertificates([proxy, certificate.der]),
    keyDigest: await digestOfKey(publicKey),
    proxyKey: await exportPrivateKey(proxyKeys.privateKey),
  };
}

function* put(
  deps: Deps,
  principal: UserPrincipal,
  proxy: StorableProxy,
  proxyKey: Uint8Array,
): Work<StoredProxy> {
  const { accountId } = principal;
  const nowMs = deps.clock.nowMs();
  const proxyId = crypto.randomUUID();
  const binding = { table: 'proxies', id: proxyId, accountId, subjectDn: proxy.subjectDn } as const;
  const sealed = sealKey(deps.keyEncryptionKeys, proxyKey, binding);
  const owner = { proxy_id: proxyId, account_id: accountId, groups_picked: null };
  const row = rowOfProxy(proxy, sealed, owner, nowMs);
  yield* linkCertificate(accountId, proxy, 'issued', nowMs);
  yield* storeProxy(row);
  yield* insertIssued({
    serial: proxy.serialHex,
    account_id: accountId,
    subject_dn: proxy.subjectDn,
    issuer_dn: proxy.issuerDn,
    issued_at_ms: nowMs,
    not_after_ms: proxy.validUntilMs,
  });
  yield* audit(deps, principal, 'issue proxy', { subjectDn: proxy.subjectDn });
  yield* ringBell(deps, accountId);
  const stored = yield* describe(deps, row);
  if (!stored) throw new WmsError('access.unauthenticated', 'The account is gone.');
  return stored;
}

/** See `ProxyUseCases.issue`. */
export async function issueProxy(deps: Deps, principal: UserPrincipal): Promise<StoredProxy> {
  const authority = deps.issuingAuthority;
  if (authority === undefined)
    throw new WmsError(
      'not-found',
      'This installation issues no proxies; upload one that you made with your certificate.',
    );
  const { chainPem, keyDigest, proxyKey } = await issueChain(deps, authority, principal);
  try {
    const proxy = await checkStorable(chainPem, keyDigest, await deps.trust.current(), deps.clock.nowMs());
    const stored = await deps.database.write(() => put(deps, principal, proxy, proxyKey));
    const { accountId } = principal;
    deps.log.info({ accountId, subjectDn: proxy.subjectDn, serial: proxy.serialHex }, 'proxy.issued');
    return stored;
  } finally {
    proxyKey.fill(0);
  }
}

interface PublishDeps extends Pick<Deps, 'database' | 'clock' | 'log'> {
  readonly issuingAuthority: IssuingAuthority;
  readonly trust: { forget(): void };
}

/** Writes the revocation list from what the database knows. */
export async function publishRevocations(deps: Omit<PublishDeps, 'log'>): Promise<void> {
  const nowMs = deps.clock.nowMs();
  const revoked = await deps.database.read(() => revokedNow(nowMs));
  await deps.issuingAuthority.publish(
    revoked.map(({ serial, revoked_at_ms }) => ({ serialHex: serial, atMs: revoked_at_ms })),
    nowMs,
  );
  deps.trust.forget();
}

/** Each process publishes for its own folder; what another one revoked is there after five minutes at most. */
export const createRevocationListAgent = (deps: PublishDeps): Agent =>
  createAgent({
    name: 'issuing-authority',
    everyMs: 5 * 60_000,
    log: deps.log,
    async cycle() {
      await deps.database.write(() => pruneIssued(deps.clock.nowMs() - keepOverMs));
      await publishRevocations(deps);
    },
  });
