/**
 * Proxies taken out of the store by people and services (credentials.md §6.3): the taker makes a key and sends a
 * request signed with it, and gets a chain. Who may take what is `hand-out-rules.ts`; every taking and every refusal
 * is in the audit log.
 */
import type { AuditAction } from '../audit/audit-actions.ts';
import { isWmsError, WmsError } from '../kernel/wms-error.ts';
import type { GroupProxyTerms, HandOutOrder, TakenProxy } from '../use-cases.ts';
import { findAccountByUserName } from './account.store.ts';
import { keyOfRequest } from './asked-key.adapter.ts';
import { deriveProxy, derivationFacts, usableProxy } from './derived-proxy.service.ts';
import { demandFreshLogIn } from './fresh-log-in.ts';
import { vomsOf } from './group-voms.service.ts';
import {
  delegationFor,
  handOutLifetimeS,
  usualLifetimeS,
  type DelegationKind,
  type HandOutTarget,
} from './hand-out-rules.ts';
import type { UserPrincipal } from './principal.ts';
import { audit, type ProxyManagerDeps as Deps } from './proxy-records.service.ts';
import { touchProxy, type ProxyRow } from './proxy.store.ts';
import { attributesOfGroup } from './voms/group-attributes.ts';
import type { GivenAttributes } from './voms/voms-attributes.service.ts';

const values = (deps: Deps) => deps.configuration.current().values;

function targetOf(deps: Deps, taker: UserPrincipal, order: HandOutOrder): HandOutTarget {
  const group = order.group ?? taker.group;
  const found = Object.entries(values(deps).vos).find(([, { groups }]) => Object.hasOwn(groups, group));
  const settings = found?.[1].groups[group];
  if (!found || !settings)
    throw new WmsError('input.invalid', `There is no group “${group}”.`, {
      field: 'group',
      reason: 'GROUP_UNKNOWN',
    });
  return { userName: order.userName ?? taker.userName, vo: found[0], group, properties: settings.properties };
}

function vomsFor(
  deps: Deps,
  stored: ProxyRow,
  target: HandOutTarget,
  order: HandOutOrder,
  untilMs: number,
): Promise<GivenAttributes | undefined> {
  const { vo, group } = target;
  const isAsked = order.wantsVoms ?? false;
  if (isAsked && !attributesOfGroup(values(deps), vo, group, isAsked))
    throw new WmsError(
      'input.invalid',
      `Requested adding a VOMS extension but no VOMS attribute defined for group ${group}.`,
      { field: 'wantsVoms' },
    );
  return vomsOf(deps, stored, { vo, group, untilMs, isAsked });
}

interface Taking {
  readonly taker: UserPrincipal;
  readonly target: HandOutTarget;
  readonly order: HandOutOrder;
}

async function sign(deps: Deps, { taker, target, order }: Taking, allowed: DelegationKind) {
  const publicKey = await keyOfRequest(order.csrPem);
  const facts = await deps.database.read(function* () {
    const by = target.userName === taker.userName ? taker.from?.logInIssuer : undefined;
    return yield* derivationFacts(deps, yield* findAccountByUserName(target.userName), target, by);
  });
  const stored = await usableProxy(deps, facts);
  const { proxyHandOutMaxS } = values(deps).limits;
  const lifetimeMs = handOutLifetimeS(order.lifetimeS ?? usualLifetimeS, proxyHandOutMaxS) * 1000;
  const voms = await vomsFor(deps, stored, target, order, deps.clock.nowMs() + lifetimeMs);
  // VOMS may have taken its time.
  const nowMs = deps.clock.nowMs();
  const isLimited = allowed === 'limited' || (order.isLimited ?? false);
  const derived = await deriveProxy(deps, stored, {
    publicKey,
    nowMs,
    notAfterMs: nowMs + lifetimeMs,
    policy: isLimited ? 'limited' : 'inheritAll',
    diracGroup: target.group,
    attributeCertificates: voms && [voms.attributeCertificate],
  });
  await deps.database.write(function* () {
    yield* touchProxy(stored.proxy_id, nowMs);
    const action: AuditAction = voms ? 'download voms proxy' : 'download proxy';
    const kind = isLimited ? 'limited' : 'full';
    const lifetimeS = Math.round((derived.validUntilMs - nowMs) / 1000);
    yield* audit(deps, taker, action, {
      targetAccountId: stored.account_id,
      subjectDn: stored.subject_dn,
      result: `OK ${kind}, ${lifetimeS} s, for ${target.userName}@${target.group}`,
    });
  });
  const { userName, group } = target;
  return { ...derived, userName, group, isLimited, fqans: voms?.fqans ?? [] };
}

async function take(deps: Deps, taker: UserPrincipal, order: HandOutOrder): Promise<TakenProxy> {
  const target = targetOf(deps, taker, order);
  try {
    const allowed = delegationFor(taker, target);
    if (target.userName !== taker.userName) demandFreshLogIn(taker, deps.clock.nowMs());
    const taken = await sign(deps, { taker, target, order }, allowed);
    deps.log.info(
      { accountId: taker.accountId, target: target.userName, group: target.group, limited: taken.isLimited },
      'proxy.taken',
    );
    return taken;
  } catch (error) {
    if (isWmsError(error))
      await deps.database.write(() =>
        audit(deps, taker, 'download proxy', {
          result: `${error.code}, for ${target.userName}@${target.group}`,
        }),
      );
    throw error;
  }
}

/** What programs must know of the group they act in before they make a proxy. */
function termsOf(deps: Deps, { userName, vo, group, properties }: UserPrincipal): GroupProxyTerms {
  const settings = values(deps).vos[vo]?.groups[group];
  const voms = attributesOfGroup(values(deps), vo, group, true);
  return {
    userName,
    vo,
    group,
    properties,
    isUploadedByItself: settings?.autoUploadProxy ?? false,
    isHandedOut: settings?.downloadableProxy ?? true,
    voms: voms && { ...voms, isAdded: settings?.addVoms ?? false },
  };
}

export const createHandOut = (deps: Deps) => ({
  take: (taker: UserPrincipal, order: HandOutOrder): Promise<TakenProxy> => take(deps, taker, order),
  groupTerms: async (principal: UserPrincipal): Promise<GroupProxyTerms> => termsOf(deps, principal),
});
