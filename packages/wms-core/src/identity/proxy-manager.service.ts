/**
 * The proxy store's use-cases (credentials.md §5.3 steps 1 and 8, §6): a browser asks for a request, signs it
 * and hands the chain in; jobs ask whether it lasts; the owner sees and removes it. Private keys are made
 * here, sealed before they are stored and never leave in clear. What a chain must be is `stored-proxy-rules.ts`.
 */
import {
  digestOfKey,
  exportPrivateKey,
  exportPublicKey,
  generateRsaKeyPair,
  isRevoked,
  makeProxyRequest,
  type TrustStore,
} from '@wm/credentials';
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import type { Database, Work } from '../db/database.ts';
import { recordEvent } from '../events/event.store.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import { isWmsError, WmsError } from '../kernel/wms-error.ts';
import type { ProxyStatus, ProxyUseCases, StoredProxy } from '../use-cases.ts';
import { knownIdentity, type ConfiguredCertificate } from './account.service.ts';
import { findAccount, findCertificateOwner, linkCertificate } from './account.store.ts';
import { openKey, sealKey, type KeyEncryptionKey, type SealedKey } from './key-envelope.adapter.ts';
import { membershipsOf, suspendedVos } from './memberships.ts';
import { hasProperty, type UserPrincipal } from './principal.ts';
import { codeOfReason, instantText, proxyStatusOf } from './proxy-status.ts';
import {
  allProxies,
  countOpenRequests,
  findProxy,
  findProxyOfName,
  findRequest,
  insertRequest,
  proxiesOf,
  pruneRequests,
  recordAudit,
  removeProxy,
  storeProxy,
  useRequest,
  type AuditAction,
  type ProxyRequestRow,
  type ProxyRow,
} from './proxy.store.ts';
import { checkStorable, reservedFor, type StorableProxy } from './stored-proxy-rules.ts';

export interface ProxyManagerDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly configuration: { current(): ConfigurationSnapshot };
  /** Newest first: it seals, the others only open. At least one. */
  readonly keyEncryptionKeys: readonly KeyEncryptionKey[];
  readonly trust: { current(): Promise<TrustStore> };
  /** The same as of the account service. */
  readonly standInIssuers?: readonly string[];
  readonly configuredCertificates?: readonly ConfiguredCertificate[];
}

export interface ProxyManager extends ProxyUseCases {
  /** Throws `proxy.missing|expired|short` (or why not at all) unless a job may be submitted now. */
  requireProxy(principal: UserPrincipal): Promise<void>;
}

type Deps = ProxyManagerDeps;

const requestLifetimeMs = 300_000;
const maxOpenRequests = 5;
/** Used and late requests are remembered so long, to answer what became of them. */
const requestMemoryMs = 3_600_000;

const values = (deps: Deps) => deps.configuration.current().values;

const audit = (
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
  });

function* ringBell(deps: Deps, accountId: string): Work<void> {
  const account = yield* findAccount(accountId);
  yield* recordEvent({
    noun: 'proxy',
    id: accountId,
    vo: null,
    owner: account?.user_name ?? null,
    ownerGroup: null,
    atMs: deps.clock.nowMs(),
  });
}

/** A stored proxy as its owner, or with `vo` as a manager of that VO, may see it. */
function* describe(deps: Deps, row: ProxyRow, vo?: string): Work<StoredProxy | undefined> {
  const identity = yield* knownIdentity(deps, row.account_id);
  if (!identity) return undefined;
  const groups = membershipsOf(values(deps), identity).filter(
    (member) => vo === undefined || member.vo === vo,
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
  };
}

// ---------------------------------------------------------------- request

async function request(deps: Deps, principal: UserPrincipal, sessionHash: string) {
  const { accountId } = principal;
  const keys = await generateRsaKeyPair();
  const plain = await exportPrivateKey(keys.privateKey);
  const requestId = crypto.randomUUID();
  const nowMs = deps.clock.nowMs();
  const expiresAtMs = nowMs + requestLifetimeMs;
  const binding = { table: 'proxy_requests', id: requestId, accountId, subjectDn: '' } as const;
  const sealed = sealKey(deps.keyEncryptionKeys, plain, binding);
  plain.fill(0);
  const csrPem = await makeProxyRequest(keys);
  const public_key_digest = await digestOfKey(await exportPublicKey(keys.publicKey));
  await deps.database.write(function* () {
    yield* pruneRequests(nowMs - requestMemoryMs);
    if ((yield* countOpenRequests(accountId, nowMs, maxOpenRequests)) >= maxOpenRequests)
      throw new WmsError(
        'access.rate-limited',
        `${maxOpenRequests} uploads of yours are open already; finish one or wait five minutes.`,
        { retryAfterS: requestLifetimeMs / 1000 },
      );
    yield* insertRequest(
      {
        request_id: requestId,
        account_id: accountId,
        session_hash: sessionHash,
        public_key_digest,
        expires_at_ms: expiresAtMs,
      },
      sealed,
    );
    yield* audit(deps, principal, 'request upload');
  });
  return { requestId, csrPem, expiresAtMs };
}

// ---------------------------------------------------------------- complete

function checkOpen(deps: Deps, row: ProxyRequestRow | undefined): asserts row is ProxyRequestRow {
  if (!row) throw new WmsError('not-found', 'There is no such upload in this session; start again.');
  if (row.used_at_ms !== null) throw new WmsError('conflict', 'This upload is done already; start again.');
  if (row.expires_at_ms <= deps.clock.nowMs())
    throw new WmsError('proxy.request-expired', 'The upload took longer than five minutes; start again.');
}

/** Moves the sealed key from the request to the proxy it became the key of. */
function reseal(deps: Deps, row: ProxyRequestRow, proxyId: string, subjectDn: string): SealedKey {
  const { request_id: id, account_id: accountId } = row;
  const plain = openKey(
    deps.keyEncryptionKeys,
    {
      sealedKey: row.sealed_key ?? new Uint8Array(),
      sealedDataKey: row.sealed_data_key ?? new Uint8Array(),
      keyEncryptionKeyId: row.key_encryption_key_id,
    },
    { table: 'proxy_requests', id, accountId, subjectDn: '' },
  );
  try {
    return sealKey(deps.keyEncryptionKeys, plain, { table: 'proxies', id: proxyId, accountId, subjectDn });
  } finally {
    plain.fill(0);
  }
}

// An unlinked certificate becomes the account's: its key signed a key we made minutes ago (§1.3).
function* checkOwner(deps: Deps, principal: UserPrincipal, proxy: StorableProxy): Work<void> {
  const identity = yield* knownIdentity(deps, principal.accountId);
  const owner = yield* findCertificateOwner(proxy.subjectKey, proxy.issuerKey);
  const reserved = reservedFor(proxy, values(deps).users, deps.configuredCertificates ?? []);
  const isOwn =
    owner === undefined
      ? reserved.length === 0 || reserved.some((name) => identity?.configuredUsers.includes(name))
      : owner === principal.accountId;
  if (!isOwn)
    throw new WmsError(
      'certificate.wrong-owner',
      `The certificate "${proxy.subjectDn}" belongs to another account. Choose your own, or ask the administrators if it is yours.`,
      { subjectDn: proxy.subjectDn },
    );
  yield* linkCertificate(principal.accountId, proxy, 'upload', deps.clock.nowMs());
}

function* store(
  deps: Deps,
  principal: UserPrincipal,
  requestRow: ProxyRequestRow,
  proxy: StorableProxy,
  proxyId: string,
  sealed: SealedKey,
): Work<{ row: ProxyRow; kept: boolean }> {
  const nowMs = deps.clock.nowMs();
  yield* checkOwner(deps, principal, proxy);
  if (!(yield* useRequest(requestRow.request_id, nowMs)))
    checkOpen(deps, { ...requestRow, used_at_ms: nowMs });
  const old = yield* findProxyOfName(proxy.subjectKey, proxy.issuerKey);
  if (old && old.account_id === principal.accountId && old.valid_until_ms > proxy.validUntilMs) {
    yield* audit(deps, principal, 'store proxy', { subjectDn: proxy.subjectDn, result: 'kept' });
    return { row: old, kept: true };
  }
  const row: ProxyRow = {
    proxy_id: proxyId,
    account_id: principal.accountId,
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
  };
  yield* storeProxy(row);
  yield* audit(deps, principal, 'store proxy', { subjectDn: proxy.subjectDn });
  yield* ringBell(deps, principal.accountId);
  return { row, kept: false };
}

async function complete(
  deps: Deps,
  principal: UserPrincipal,
  sessionHash: string,
  requestId: string,
  chainPem: string,
) {
  const requestRow = await deps.database.read(() => findRequest(requestId, principal.accountId, sessionHash));
  checkOpen(deps, requestRow);
  const proxy = await checkStorable(
    chainPem,
    requestRow.public_key_digest,
    await deps.trust.current(),
    deps.clock.nowMs(),
  );
  const proxyId = crypto.randomUUID();
  const sealed = reseal(deps, requestRow, proxyId, proxy.subjectDn);
  const answer = await deps.database.write(function* () {
    const { row, kept } = yield* store(deps, principal, requestRow, proxy, proxyId, sealed);
    const stored = yield* describe(deps, row);
    if (!stored) throw new WmsError('access.unauthenticated', 'The account is gone.');
    return { proxy: stored, kept };
  });
  deps.log.info(
    {
      accountId: principal.accountId,
      subjectDn: proxy.subjectDn,
      validUntilMs: proxy.validUntilMs,
      kept: answer.kept,
    },
    'proxy.stored',
  );
  return answer;
}

async function auditRefusal(deps: Deps, principal: UserPrincipal, error: unknown): Promise<void> {
  if (!isWmsError(error)) return;
  const { code, details } = error;
  deps.log.info({ accountId: principal.accountId, code, reason: details['reason'] }, 'proxy.refused');
  await deps.database.write(() => audit(deps, principal, 'refuse proxy', { result: code }));
}

// ---------------------------------------------------------------- status, list, remove

async function status(deps: Deps, principal: UserPrincipal): Promise<ProxyStatus> {
  const { accountId, group, vo } = principal;
  const trust = await deps.trust.current();
  const known = await deps.database.read(function* () {
    const identity = yield* knownIdentity(deps, accountId);
    const proxies = yield* proxiesOf(accountId);
    const owners: (string | undefined)[] = [];
    for (const proxy of proxies)
      owners.push(yield* findCertificateOwner(proxy.subject_key, proxy.issuer_key));
    return { identity, proxies, owners };
  });
  const { identity } = known;
  return proxyStatusOf({
    nowMs: deps.clock.nowMs(),
    minLeftS: values(deps).limits.proxyMinLeftS,
    vo,
    group,
    isMember:
      identity !== undefined &&
      membershipsOf(values(deps), identity).some((member) => member.group === group && member.vo === vo),
    isSuspended: identity !== undefined && suspendedVos(values(deps), identity).has(vo),
    proxies: await Promise.all(
      known.proxies.map(async (proxy, index) => ({
        validUntilMs: proxy.valid_until_ms,
        isLinked: known.owners[index] === accountId,
        isRevoked: await isRevoked(proxy.issuer_key, proxy.certificate_serial, trust),
      })),
    ),
  });
}

function* list(deps: Deps, principal: UserPrincipal): Work<readonly StoredProxy[]> {
  const isManager = hasProperty(principal, 'ProxyManagement');
  const found: StoredProxy[] = [];
  for (const row of yield* isManager ? allProxies() : proxiesOf(principal.accountId)) {
    const isOwn = row.account_id === principal.accountId;
    const stored = yield* describe(deps, row, isOwn ? undefined : principal.vo);
    if (stored) found.push(stored);
  }
  return found;
}

function* remove(deps: Deps, principal: UserPrincipal, proxyId: string): Work<void> {
  const row = yield* findProxy(proxyId);
  const isOwn = row?.account_id === principal.accountId;
  const isManaged =
    row && !isOwn && hasProperty(principal, 'ProxyManagement')
      ? (yield* describe(deps, row, principal.vo)) !== undefined
      : false;
  if (!row || !(isOwn || isManaged)) throw new WmsError('not-found', 'There is no such proxy.');
  yield* removeProxy(proxyId);
  yield* audit(deps, principal, 'delete proxy', {
    targetAccountId: row.account_id,
    subjectDn: row.subject_dn,
  });
  yield* ringBell(deps, row.account_id);
}

export function createProxyManager(deps: ProxyManagerDeps): ProxyManager {
  return {
    request: (principal, sessionHash) => request(deps, principal, sessionHash),
    async complete(principal, sessionHash, requestId, chainPem) {
      try {
        return await complete(deps, principal, sessionHash, requestId, chainPem);
      } catch (error) {
        await auditRefusal(deps, principal, error);
        throw error;
      }
    },
    status: (principal) => status(deps, principal),
    list: (principal) => deps.database.readHeavy(() => list(deps, principal)),
    async remove(principal, proxyId) {
      await deps.database.write(() => remove(deps, principal, proxyId));
      deps.log.info({ accountId: principal.accountId, proxyId }, 'proxy.removed');
    },
    async requireProxy(principal) {
      const { state, reason, message, validUntilMs } = await status(deps, principal);
      if (state === 'Valid' || !reason) return;
      throw new WmsError(codeOfReason[reason], message, {
        reason,
        ...(validUntilMs === null ? {} : { validUntil: instantText(validUntilMs) }),
      });
    },
  };
}
