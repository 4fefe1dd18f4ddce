/**
 * The installation's own authority as a provider of proxies (ADR 0020): it issues a short-lived certificate to the
 * account, a proxy is signed with its key, and the key is forgotten at once.
 */
import {
  buildProxy,
  digestOfKey,
  exportPrivateKey,
  exportPublicKey,
  writeCertificates,
} from '@wm/credentials';
import type { Clock } from '../../kernel/clock.ts';
import type { KeyPool } from '../key-pool.ts';
import { insertIssued } from './issued-certificate.store.ts';
import type { IssuingAuthority } from './issuing-authority.adapter.ts';
import type { GivenProxy, ProxyAccount, ProxyProvider } from './proxy-provider.ts';

export interface OwnAuthorityParts {
  readonly clock: Clock;
  readonly keys: KeyPool;
  /** Of the certificates it issues. */
  readonly lifetimeS: number;
}

/** Clocks of other machines may be late. */
const backdateMs = 5 * 60_000;

async function issueChain(
  { clock, keys }: OwnAuthorityParts,
  authority: IssuingAuthority,
  { accountId, userName }: ProxyAccount,
  seconds: number,
): Promise<GivenProxy> {
  const nowMs = clock.nowMs();
  const [ofCertificate, ofProxy] = [await keys.take(), await keys.take()];
  const certificate = await authority.issue({
    // Neither part ever changes or is given to somebody else, so the subject is the account's for good.
    commonName: `${userName} ${accountId}`,
    notBeforeMs: nowMs - backdateMs,
    notAfterMs: nowMs + seconds * 1000,
    keys: ofCertificate,
  });
  const publicKey = await exportPublicKey(ofProxy.publicKey);
  const proxy = await buildProxy({
    issuer: certificate,
    issuerKey: ofCertificate.privateKey,
    publicKey,
    nowMs,
    notAfterMs: certificate.notAfterMs,
    policy: 'inheritAll',
  });
  return {
    chainPem: writeCertificates([proxy, certificate.der]),
    keyDigest: await digestOfKey(publicKey),
    key: await exportPrivateKey(ofProxy.privateKey),
  };
}

export const createOwnAuthorityProvider = (
  parts: OwnAuthorityParts,
  authority: IssuingAuthority,
): ProxyProvider => ({
  source: 'own-authority',
  name: 'this installation',
  lifetimeS: parts.lifetimeS,
  maxProxies: 1,
  needsLogIn: async () => false,
  getProxy: (account, seconds) => issueChain(parts, authority, account, seconds),
  record: (accountId, proxy, atMs) =>
    insertIssued({
      serial: proxy.serialHex,
      account_id: accountId,
      subject_dn: proxy.subjectDn,
      issuer_dn: proxy.issuerDn,
      issued_at_ms: atMs,
      not_after_ms: proxy.validUntilMs,
    }),
});
