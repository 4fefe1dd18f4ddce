/**
 * What the parts of the proxy store share: their dependencies, the audit record, the event, and how a stored
 * proxy looks to those who may see it.
 */
import { isRevoked, type TrustStore } from '@wm/credentials';
import type { AuditAction } from '../audit/audit-actions.ts';
import { recordAudit } from '../audit/audit.store.ts';
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import { afterCommit, type Database, type Work } from '../db/database.ts';
import { recordEvent } from '../events/event.store.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import type { StoredProxy } from '../use-cases.ts';
import { knownIdentity, type ConfiguredCertificate } from './account.service.ts';
import { findAccount } from './account.store.ts';
import type { CurrentProxyProvider } from './issuing/proxy-provider.ts';
import type { KeyEncryptionKey, SealedKey } from './key-envelope.adapter.ts';
import type { KeyPool } from './key-pool.ts';
import { membershipsOf } from './memberships.ts';
import { servesGroup } from './picked-groups.ts';
import type { UserPrincipal } from './principal.ts';
import type { ProxyRow } from './proxy.store.ts';
import type { StorableProxy } from './stored-proxy-rules.ts';
import type { VomsAttributesService } from './voms/voms-attributes.service.ts';

export interface ProxyManagerDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly configuration: { current(): ConfigurationSnapshot };
  /** Newest first: it seals, the others only open. At least one. */
  readonly keyEncryptionKeys: readonly KeyEncryptionKey[];
  readonly trust: { current(): Promise<TrustStore> };
  readonly keys: KeyPool;
  /** Undefined = no proxy without a certificate. */
  readonly proxyProvider?: CurrentProxyProvider | undefined;
  /** The same as of the account service. */
  readonly standInIssuers?: readonly string[];
  readonly configuredCertificates?: readonly ConfiguredCertificate[];
  /** Without it no proxy can carry VOMS attributes, and groups that want them get none. */
  readonly voms?: VomsAttributesService;
  /** A proxy came, went or serves other groups; called when that is durable. */
  readonly onProxyChanged?: () => void;
}

type Deps = ProxyManagerDeps;

/** Writes the audit record of something a person did. */
export const audit = (
  deps: Deps,
  principal: UserPrincipal,
  action: AuditAction,
  entry: { targetAccountId?: string; subjectDn?: string; result?: string } = {},
): Work<void> =>
  recordAudit({
    atMs: deps.clock.nowMs(),
    action,
    actorAccountId: principal.accountId,
    actorGroup: principal.group,
    targetAccountId: entry.targetAccountId ?? principal.accountId,
    subjectDn: entry.subjectDn ?? null,
    result: entry.result ?? 'OK',
    vo: principal.vo,
    from: principal.from,
  });

/** A proxy that passed `stored-proxy-rules.ts`, with its sealed key, as the store keeps it. */
export const rowOfProxy = (
  proxy: StorableProxy,
  sealed: SealedKey,
  owner: Pick<ProxyRow, 'proxy_id' | 'account_id' | 'groups_picked'>,
  nowMs: number,
): ProxyRow => ({
  ...owner,
  subject_key: proxy.subjectKey,
  issuer_key: proxy.issuerKey,
  subject_dn: proxy.subjectDn,
  issuer_dn: proxy.issuerDn,
  certificate_serial: proxy.serialHex,
  chain_pem: proxy.chainPem,
  valid_until_ms: proxy.validUntilMs,
  sealed_key: sealed.sealedKey,
  sealed_data_key: sealed.sealedDataKey,
  key_encryption_key_id: sealed.keyEncryptionKeyId,
  created_at_ms: nowMs,
  last_used_at_ms: null,
  revoked_at_ms: null,
  source: 'upload',
});

/** Found so by the watch on whichever process, or by the lists at hand. */
export const isBlocked = async (row: ProxyRow, trust: TrustStore): Promise<boolean> =>
  row.revoked_at_ms !== null || (await isRevoked(row.issuer_key, row.certificate_serial, trust));

/** Tells the owner's pages that his proxies changed. */
export function* ringBell(deps: Pick<Deps, 'clock' | 'onProxyChanged'>, accountId: string): Work<void> {
  const account = yield* findAccount(accountId);
  yield* recordEvent({
    noun: 'proxy',
    id: accountId,
    vo: null,
    owner: account?.user_name ?? null,
    ownerGroup: null,
    atMs: deps.clock.nowMs(),
  });
  yield* afterCommit(() => deps.onProxyChanged?.());
}

/**
 * A stored proxy as its owner, or with `vo` as a manager of that VO, may see it. A manager sees those that
 * serve groups of the VO.
 */
export function* describe(deps: Deps, row: ProxyRow, vo?: string): Work<StoredProxy | undefined> {
  const identity = yield* knownIdentity(deps, row.account_id);
  if (!identity) return undefined;
  const groups = membershipsOf(deps.configuration.current().values, identity).filter(
    (member) => (vo === undefined || member.vo === vo) && servesGroup(row, member.group),
  );
  if (vo !== undefined && groups.length === 0) return undefined;
  return {
    proxyId: row.proxy_id,
    userName: identity.userName,
    subjectDn: row.subject_dn,
    issuerDn: row.issuer_dn,
    groups: groups.map(({ group }) => group),
    validUntilMs: row.valid_until_ms,
    createdAtMs: row.created_at_ms,
    lastUsedAtMs: row.last_used_at_ms,
    isRevoked: row.revoked_at_ms !== null,
  };
}
