/**
 * A proxy without a certificate, asked for by one click: a provider gives it (`proxy-provider.ts`), and it is judged
 * and stored like an uploaded one. Nothing that a provider says of whom a proxy is goes unchecked. Also asked by
 * `proxy-renewal.agent.ts`, for people who are away.
 */
import type { Work } from '../../db/database.ts';
import { isWmsError, WmsError } from '../../kernel/wms-error.ts';
import type { StoredProxy } from '../../use-cases.ts';
import { certificatesOf } from '../account.store.ts';
import { takeCertificate } from '../certificate-owner.service.ts';
import { sealKey } from '../key-envelope.adapter.ts';
import type { UserPrincipal } from '../principal.ts';
import {
  audit,
  describe,
  ringBell,
  rowOfProxy,
  type ProxyManagerDeps as Deps,
} from '../proxy-records.service.ts';
import { changePick, findProxyOfName, storeProxy, type ProxyRow } from '../proxy.store.ts';
import { checkStorable, type StorableProxy } from '../stored-proxy-rules.ts';
import type { ProxyAccount, ProxyProvider } from './proxy-provider.ts';

/** Clocks differ, and certificates count in whole seconds. */
const tooLongMarginMs = 3_600_000;

/** Who asks, as the audit log has it. */
export interface IssueOrder {
  readonly account: ProxyAccount;
  /** The groups picked for the proxy there was; all when left out. */
  readonly keepsPick?: boolean;
  readonly record: (entry: {
    readonly action: 'issue' | 'refuse';
    readonly subjectDn?: string;
    readonly result?: string;
  }) => Work<void>;
}

/** Somebody has one name at one authority. A provider that gives another one has mixed up people. */
function* demandSameName(accountId: string, proxy: StorableProxy, provider: ProxyProvider): Work<void> {
  const former = (yield* certificatesOf(accountId)).find(
    ({ source, issuer_key, subject_key }) =>
      source === 'issued' && issuer_key === proxy.issuerKey && subject_key !== proxy.subjectKey,
  );
  if (former)
    throw new WmsError(
      'certificate.wrong-owner',
      `A proxy of "${proxy.subjectDn}" came from ${provider.name}, but yours there are of "${former.subject_dn}". If both are you, un-link the former certificate and try again.`,
      { subjectDn: proxy.subjectDn },
    );
}

/** A shorter proxy of the same certificate takes no longer one away. */
const lastsLonger = (old: ProxyRow | undefined, accountId: string, proxy: StorableProxy): old is ProxyRow =>
  old?.account_id === accountId &&
  old.certificate_serial === proxy.serialHex &&
  old.revoked_at_ms === null &&
  old.valid_until_ms > proxy.validUntilMs;

function* put(
  deps: Deps,
  provider: ProxyProvider,
  { account, keepsPick = false, record }: IssueOrder,
  proxy: StorableProxy,
  key: Uint8Array,
): Work<ProxyRow> {
  const { accountId } = account;
  const nowMs = deps.clock.nowMs();
  yield* demandSameName(accountId, proxy, provider);
  yield* takeCertificate(deps, accountId, proxy, 'issued');
  if (provider.record) yield* provider.record(accountId, proxy, nowMs);
  const old = yield* findProxyOfName(proxy.subjectKey, proxy.issuerKey);
  const groups_picked = keepsPick ? (old?.groups_picked ?? null) : null;
  const { subjectDn } = proxy;
  if (lastsLonger(old, accountId, proxy)) {
    yield* record({ action: 'issue', subjectDn, result: 'kept' });
    if (old.groups_picked !== groups_picked) yield* changePick(old.proxy_id, groups_picked);
    return { ...old, groups_picked };
  }
  const proxyId = crypto.randomUUID();
  const binding = { table: 'proxies', id: proxyId, accountId, subjectDn } as const;
  const sealed = sealKey(deps.keyEncryptionKeys, key, binding);
  const owner = { proxy_id: proxyId, account_id: accountId, groups_picked };
  const row = { ...rowOfProxy(proxy, sealed, owner, nowMs), source: provider.source };
  yield* storeProxy(row);
  yield* record({ action: 'issue', subjectDn });
  yield* ringBell(deps, accountId);
  return row;
}

async function judge(
  deps: Deps,
  provider: ProxyProvider,
  chainPem: string,
  keyDigest: string,
): Promise<StorableProxy> {
  const nowMs = deps.clock.nowMs();
  const proxy = await checkStorable(
    chainPem,
    keyDigest,
    await deps.trust.current(),
    nowMs,
    provider.maxProxies,
  );
  if (proxy.validUntilMs > nowMs + provider.lifetimeS * 1000 + tooLongMarginMs)
    throw new WmsError('proxy.invalid', 'It lasts longer than what was asked for.', { reason: 'TOO_LONG' });
  return proxy;
}

/** The faults of an answer are the provider's: what an uploader could do about them helps nobody. */
function fromProvider(error: unknown, { name }: ProxyProvider): unknown {
  if (!isWmsError(error) || !/^(?:certificate|proxy)\./.test(error.code)) return error;
  const { code, message, details } = error;
  return new WmsError(code, `No proxy that can be taken came from ${name}. ${message}`, details, {
    cause: error,
  });
}

/** Asks the provider and stores what it gives. Refusals are put on record too. */
export async function receiveProxy(
  deps: Deps,
  provider: ProxyProvider,
  order: IssueOrder,
): Promise<ProxyRow> {
  const { accountId } = order.account;
  try {
    const { chainPem, keyDigest, key } = await provider.getProxy(order.account, provider.lifetimeS);
    try {
      const proxy = await judge(deps, provider, chainPem, keyDigest).catch((error: unknown) => {
        throw fromProvider(error, provider);
      });
      const row = await deps.database.write(() => put(deps, provider, order, proxy, key));
      const { subjectDn, serialHex } = proxy;
      deps.log.info({ accountId, subjectDn, serial: serialHex, source: provider.source }, 'proxy.issued');
      return row;
    } finally {
      key.fill(0);
    }
  } catch (error) {
    if (isWmsError(error)) {
      const { code, details } = error;
      deps.log.info(
        { accountId, source: provider.source, code, reason: details['reason'] },
        'proxy.not-issued',
      );
      await deps.database.write(() => order.record({ action: 'refuse', result: code }));
    }
    throw error;
  }
}

/** See `ProxyUseCases.issue`. Two clicks at once are one question. */
export function createIssueProxy(deps: Deps): (principal: UserPrincipal) => Promise<StoredProxy> {
  const underWay = new Map<string, Promise<ProxyRow>>();

  function ask(provider: ProxyProvider, principal: UserPrincipal): Promise<ProxyRow> {
    const { accountId, userName } = principal;
    const running = underWay.get(accountId);
    if (running !== undefined) return running;
    const started = receiveProxy(deps, provider, {
      account: { accountId, userName },
      record: ({ action, ...entry }) =>
        audit(deps, principal, action === 'issue' ? 'issue proxy' : 'refuse proxy', entry),
    }).finally(() => underWay.delete(accountId));
    underWay.set(accountId, started);
    return started;
  }

  return async (principal) => {
    const provider = deps.proxyProvider?.current();
    if (provider === undefined)
      throw new WmsError(
        'not-found',
        'This installation issues no proxies; upload one that you made with your certificate.',
      );
    const row = await ask(provider, principal);
    const stored = await deps.database.read(() => describe(deps, row));
    if (!stored) throw new WmsError('access.unauthenticated', 'The account is gone.');
    return stored;
  };
}
