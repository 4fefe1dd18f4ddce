/**
 * Limited proxies for payloads, signed from a stored one (credentials.md §6.3, DESIGN D12): always limited,
 * always with the group of the job, never longer than a day. Asked when a pilot takes a job; the answer holds
 * a private key and goes to that pilot and nowhere else.
 */
import {
  buildProxy,
  exportPrivateKey,
  exportPublicKey,
  generateRsaKeyPair,
  importSigningKey,
  isRevoked,
  parseCertificate,
  readPem,
  rsaPrivateKeyOf,
  writePem,
} from '@wm/credentials';
import { WmsError } from '../kernel/wms-error.ts';
import { knownIdentity } from './account.service.ts';
import { findAccountByUserName, findCertificateOwner } from './account.store.ts';
import { openKey } from './key-envelope.adapter.ts';
import { membershipsOf } from './memberships.ts';
import type { ProxyManagerDeps as Deps } from './proxy-records.service.ts';
import { proxiesOf, recordAudit, sealedKeyOf, touchProxy, type ProxyRow } from './proxy.store.ts';

export interface PayloadProxyOrder {
  /** User name, VO and group of the job. */
  readonly owner: string;
  readonly vo: string;
  readonly group: string;
  /** Wanted; cut to a day and to the stored proxy. */
  readonly lifetimeS: number;
}

export interface PayloadProxy {
  /** Proxy, its key, and the chain below it, as tools of the grid read it. A secret. */
  readonly pem: string;
  readonly validUntilMs: number;
}

const maxLifetimeS = 86_400;

async function findUsable(deps: Deps, order: PayloadProxyOrder): Promise<ProxyRow> {
  const found = await deps.database.read(function* () {
    const account = yield* findAccountByUserName(order.owner);
    const identity = account ? yield* knownIdentity(deps, account.account_id) : undefined;
    const linked: ProxyRow[] = [];
    for (const proxy of account ? yield* proxiesOf(account.account_id) : [])
      if ((yield* findCertificateOwner(proxy.subject_key, proxy.issuer_key)) === account?.account_id)
        linked.push(proxy);
    return { identity, linked };
  });
  const { identity, linked } = found;
  const isMember =
    identity !== undefined &&
    membershipsOf(deps.configuration.current().values, identity).some(
      ({ vo, group }) => vo === order.vo && group === order.group,
    );
  if (!isMember) throw new WmsError('access.denied', `${order.owner} is not a member of ${order.group}.`);
  const trust = await deps.trust.current();
  for (const proxy of linked)
    if (!(await isRevoked(proxy.issuer_key, proxy.certificate_serial, trust))) {
      if (proxy.valid_until_ms > deps.clock.nowMs()) return proxy;
      throw new WmsError('proxy.expired', `The proxy of ${order.owner} has ended.`);
    }
  throw new WmsError('proxy.missing', `${order.owner} has no usable proxy.`);
}

/** Throws `access.denied`, `proxy.missing`, `proxy.expired`. */
export async function createPayloadProxy(deps: Deps, order: PayloadProxyOrder): Promise<PayloadProxy> {
  const stored = await findUsable(deps, order);
  const nowMs = deps.clock.nowMs();
  const chain = readPem(stored.chain_pem).map(({ der }) => parseCertificate(der));
  const issuer = chain[0];
  if (!issuer) throw new WmsError('internal', 'A stored proxy has no chain.');
  const pkcs8 = openKey(deps.keyEncryptionKeys, sealedKeyOf(stored), {
    table: 'proxies',
    id: stored.proxy_id,
    accountId: stored.account_id,
    subjectDn: stored.subject_dn,
  });
  const issuerKey = await importSigningKey(pkcs8, issuer.publicKey).finally(() => pkcs8.fill(0));
  const keys = await generateRsaKeyPair();
  const lifetimeS = Math.min(order.lifetimeS, maxLifetimeS);
  const proxy = await buildProxy({
    issuer,
    issuerKey,
    publicKey: await exportPublicKey(keys.publicKey),
    nowMs,
    notAfterMs: nowMs + lifetimeS * 1000,
    policy: 'limited',
    diracGroup: order.group,
  });
  await deps.database.write(function* () {
    yield* touchProxy(stored.proxy_id, nowMs);
    yield* recordAudit({
      atMs: nowMs,
      action: 'download proxy',
      actorAccountId: stored.account_id,
      actorGroup: order.group,
      targetAccountId: stored.account_id,
      subjectDn: stored.subject_dn,
      result: 'OK limited',
    });
  });
  const key = await exportPrivateKey(keys.privateKey);
  const pem =
    writePem('CERTIFICATE', proxy) + writePem('RSA PRIVATE KEY', rsaPrivateKeyOf(key)) + stored.chain_pem;
  key.fill(0);
  return { pem, validUntilMs: parseCertificate(proxy).notAfterMs };
}
