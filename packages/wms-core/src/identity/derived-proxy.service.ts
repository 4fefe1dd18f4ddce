/**
 * What is signed from a stored proxy (credentials.md §6.3): which of somebody's proxies serves a group now, and the
 * proxy derived from it for a key that somebody else made. Asked for payloads, for people and services that take
 * proxies, and for pilots that are sent to computing elements. No private key leaves.
 */
import { buildProxy, endOfProxy, writePem, type ProxyOrder } from '@wm/credentials';
import type { Work } from '../db/database.ts';
import { WmsError } from '../kernel/wms-error.ts';
import { identityOf } from './account.service.ts';
import { findCertificateOwner, type AccountRow } from './account.store.ts';
import { membershipsOf } from './memberships.ts';
import { servesGroup } from './picked-groups.ts';
import { isBlocked, type ProxyManagerDeps as Deps } from './proxy-records.service.ts';
import { proxiesOf, type ProxyRow } from './proxy.store.ts';
import { issuerOf, signerOfStored } from './stored-key.adapter.ts';

/** Of whom and for which group a proxy is derived. */
export interface DerivationSubject {
  readonly userName: string;
  readonly vo: string;
  readonly group: string;
}

export interface DerivationFacts extends DerivationSubject {
  readonly isMember: boolean;
  /** Of certificates that are linked to the account, the longest-lived first. */
  readonly proxies: readonly ProxyRow[];
}

/** `logInIssuer`: of the log-in by which the owner himself asks. */
export function* derivationFacts(
  deps: Deps,
  account: AccountRow | undefined,
  subject: DerivationSubject,
  logInIssuer?: string,
): Work<DerivationFacts> {
  const identity = account && (yield* identityOf(deps, account, logInIssuer));
  const proxies: ProxyRow[] = [];
  for (const proxy of account ? yield* proxiesOf(account.account_id) : [])
    if ((yield* findCertificateOwner(proxy.subject_key, proxy.issuer_key)) === account?.account_id)
      proxies.push(proxy);
  const isMember =
    identity !== undefined &&
    membershipsOf(deps.configuration.current().values, identity).some(
      ({ vo, group }) => vo === subject.vo && group === subject.group,
    );
  return { ...subject, isMember, proxies };
}

function demandHandedOut(deps: Deps, { vo, group }: DerivationSubject): void {
  if (deps.configuration.current().values.vos[vo]?.groups[group]?.downloadableProxy === false)
    throw new WmsError('access.denied', `Proxies of the group ${group} are not handed out to anybody.`, {
      reason: 'NOT_DOWNLOADABLE',
      group,
    });
}

/** Throws `access.denied`, `proxy.missing|expired`. */
export async function usableProxy(deps: Deps, facts: DerivationFacts): Promise<ProxyRow> {
  const { userName, group, isMember, proxies } = facts;
  demandHandedOut(deps, facts);
  if (!isMember)
    throw new WmsError('access.denied', `${userName} is not a member of ${group}.`, {
      reason: 'GROUP_DENIED',
      group,
    });
  const trust = await deps.trust.current();
  for (const proxy of proxies.filter((stored) => servesGroup(stored, group)))
    if (!(await isBlocked(proxy, trust))) {
      if (proxy.valid_until_ms > deps.clock.nowMs()) return proxy;
      throw new WmsError('proxy.expired', `The proxy of ${userName} has ended.`);
    }
  throw new WmsError('proxy.missing', `${userName} has no usable proxy that serves ${group}.`);
}

export interface DerivedProxy {
  /** The new proxy and all certificates below it, leaf first. */
  readonly chainPem: string;
  readonly validUntilMs: number;
}

/** Signs with the key of the stored proxy; never longer than that one. */
export async function deriveProxy(
  deps: Pick<Deps, 'keyEncryptionKeys'>,
  stored: ProxyRow,
  order: Omit<ProxyOrder, 'issuer' | 'issuerKey'>,
): Promise<DerivedProxy> {
  const issuer = issuerOf(stored);
  const issuerKey = signerOfStored(deps.keyEncryptionKeys, stored, issuer);
  const proxy = await buildProxy({ ...order, issuer, issuerKey });
  return {
    chainPem: writePem('CERTIFICATE', proxy) + stored.chain_pem,
    validUntilMs: endOfProxy({ ...order, issuer }),
  };
}
