/**
 * How a proxy gets into the store (credentials.md §5.3 steps 1 and 8): we make a key and ask for a signature,
 * the browser signs, we judge the chain, seal the key and keep both. What a chain must be is
 * `stored-proxy-rules.ts`. A private key never leaves in clear.
 */
import { digestOfKey, exportPrivateKey, exportPublicKey, makeProxyRequest } from '@wm/credentials';
import type { Work } from '../db/database.ts';
import { isWmsError, WmsError } from '../kernel/wms-error.ts';
import type { ProxyUseCases } from '../use-cases.ts';
import { knownIdentity } from './account.service.ts';
import { takeCertificate } from './certificate-owner.service.ts';
import { openKey, sealKey, type SealedKey } from './key-envelope.adapter.ts';
import { membershipsOf } from './memberships.ts';
import { pickOf } from './picked-groups.ts';
import type { UserPrincipal } from './principal.ts';
import {
  audit,
  describe,
  ringBell,
  rowOfProxy,
  type ProxyManagerDeps as Deps,
} from './proxy-records.service.ts';
import {
  changePick,
  countOpenRequests,
  findProxyOfName,
  findRequest,
  insertRequest,
  pruneRequests,
  storeProxy,
  useRequest,
  type ProxyRequestRow,
  type ProxyRow,
} from './proxy.store.ts';
import { checkStorable, type StorableProxy } from './stored-proxy-rules.ts';

const requestLifetimeMs = 300_000;
const maxOpenRequests = 5;
/** Used and late requests are remembered so long, to answer what became of them. */
const requestMemoryMs = 3_600_000;

// ---------------------------------------------------------------- request

async function request(deps: Deps, principal: UserPrincipal, sessionHash: string) {
  const { accountId } = principal;
  const keys = await deps.keys.take();
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
  if (row.used_at_ms !== null) throw new WmsError('conflict', 'This upload is over already; start again.');
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

/** The pick as it is stored, judged by the memberships of now. */
function* pick(deps: Deps, accountId: string, groups: readonly string[] | undefined): Work<string | null> {
  const identity = yield* knownIdentity(deps, accountId);
  const own = identity ? membershipsOf(deps.configuration.current().values, identity) : [];
  return pickOf(
    groups,
    own.map(({ group }) => group),
  );
}

/** The older proxy stays since it lasts longer; the groups picked now are its groups. */
function* keep(
  deps: Deps,
  principal: UserPrincipal,
  old: ProxyRow,
  groups_picked: string | null,
): Work<ProxyRow> {
  yield* audit(deps, principal, 'store proxy', { subjectDn: old.subject_dn, result: 'kept' });
  if (old.groups_picked === groups_picked) return old;
  yield* changePick(old.proxy_id, groups_picked);
  yield* ringBell(deps, principal.accountId);
  return { ...old, groups_picked };
}

interface NewProxy extends StorableProxy {
  readonly proxyId: string;
  readonly sealed: SealedKey;
  /** As handed in; undefined = all. */
  readonly groups: readonly string[] | undefined;
}

function* store(
  deps: Deps,
  principal: UserPrincipal,
  requestRow: ProxyRequestRow,
  proxy: NewProxy,
): Work<{ row: ProxyRow; kept: boolean }> {
  const nowMs = deps.clock.nowMs();
  const { proxyId, sealed } = proxy;
  const groups_picked = yield* pick(deps, principal.accountId, proxy.groups);
  // An unlinked certificate becomes the account's: its key signed a key we made minutes ago (§1.3).
  yield* takeCertificate(deps, principal.accountId, proxy, 'upload');
  if (!(yield* useRequest(requestRow.request_id, nowMs)))
    checkOpen(deps, { ...requestRow, used_at_ms: nowMs });
  const old = yield* findProxyOfName(proxy.subjectKey, proxy.issuerKey);
  if (old && old.account_id === principal.accountId && old.valid_until_ms > proxy.validUntilMs)
    return { row: yield* keep(deps, principal, old, groups_picked), kept: true };
  const owner = { proxy_id: proxyId, account_id: principal.accountId, groups_picked };
  const row = rowOfProxy(proxy, sealed, owner, nowMs);
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
  groups?: readonly string[],
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
    const { row, kept } = yield* store(deps, principal, requestRow, {
      ...proxy,
      proxyId,
      sealed,
      groups,
    });
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

/** A refused upload is over: its key is forgotten, and it does not count as open until its time has come. */
async function recordRefusal(
  deps: Deps,
  principal: UserPrincipal,
  sessionHash: string,
  requestId: string,
  error: unknown,
): Promise<void> {
  if (!isWmsError(error)) return;
  const { accountId } = principal;
  const { code, details } = error;
  deps.log.info({ accountId, code, reason: details['reason'] }, 'proxy.refused');
  await deps.database.write(function* () {
    if (yield* findRequest(requestId, accountId, sessionHash))
      yield* useRequest(requestId, deps.clock.nowMs());
    yield* audit(deps, principal, 'refuse proxy', { result: code });
  });
}

/** The two use-cases of an upload. */
export function createProxyDelegation(deps: Deps): Pick<ProxyUseCases, 'request' | 'complete'> {
  return {
    request: (principal, sessionHash) => request(deps, principal, sessionHash),
    async complete(principal, sessionHash, requestId, chainPem, groups) {
      try {
        return await complete(deps, principal, sessionHash, requestId, chainPem, groups);
      } catch (error) {
        await recordRefusal(deps, principal, sessionHash, requestId, error);
        throw error;
      }
    },
  };
}
