/**
 * The proxy store's use-cases (credentials.md §6): does a proxy last long enough to run a job, which are there,
 * away with one, and a limited one for a payload. How one gets in is `proxy-delegation.service.ts`.
 */
import type { Work } from '../db/database.ts';
import { instantText } from '../kernel/instant-text.ts';
import { WmsError } from '../kernel/wms-error.ts';
import type { ProxyOffer, ProxyUseCases, StoredProxy } from '../use-cases.ts';
import { knownIdentity } from './account.service.ts';
import { findAccountByUserName, findCertificateOwner, fqansOf } from './account.store.ts';
import type { JobOwner, ProxyOutlook } from './credential-holds.ts';
import { vomsRefusal } from './group-voms.service.ts';
import { demandFreshLogIn } from './fresh-log-in.ts';
import { createHandOut } from './hand-out.service.ts';
import { createIssueProxy } from './issuing/issue-proxy.service.ts';
import { membershipsOf, suspendedVos, type KnownIdentity } from './memberships.ts';
import { createPayloadProxy } from './payload-proxy.service.ts';
import { servesGroup } from './picked-groups.ts';
import { hasProperty, type UserPrincipal } from './principal.ts';
import { createProxyDelegation } from './proxy-delegation.service.ts';
import {
  audit,
  describe,
  isBlocked,
  ringBell,
  type ProxyManagerDeps as Deps,
} from './proxy-records.service.ts';
import { judge, type ProxyVerdict, type StatusFacts } from './proxy-status.ts';
import { allProxies, findProxy, proxiesOf, removeProxy, type ProxyRow } from './proxy.store.ts';

export interface ProxyManager extends ProxyUseCases {
  /** Throws `proxy.missing|expired|short` (or why not at all) unless a job may be submitted now. */
  requireProxy(principal: UserPrincipal): Promise<void>;
  /** How long jobs of an owner can get a proxy. */
  outlookOf(owner: JobOwner): Promise<ProxyOutlook>;
}

interface Facts extends StatusFacts {
  readonly proxies: readonly (StatusFacts['proxies'][number] & { readonly row: ProxyRow })[];
}

const values = (deps: Deps) => deps.configuration.current().values;

type Asker = Pick<UserPrincipal, 'accountId' | 'group' | 'vo'>;

async function factsOf(deps: Deps, { accountId, group, vo }: Asker, minLeftS: number): Promise<Facts> {
  const trust = await deps.trust.current();
  const known = await deps.database.read(function* () {
    const identity = yield* knownIdentity(deps, accountId);
    const everConfirmed = yield* fqansOf(accountId, 0);
    const proxies = yield* proxiesOf(accountId);
    const owners: (string | undefined)[] = [];
    for (const proxy of proxies)
      owners.push(yield* findCertificateOwner(proxy.subject_key, proxy.issuer_key));
    return { identity, everConfirmed, proxies, owners };
  });
  const { identity, everConfirmed } = known;
  const isMemberAs = (who: KnownIdentity | undefined): boolean =>
    who !== undefined &&
    membershipsOf(values(deps), who).some((member) => member.group === group && member.vo === vo);
  const isMember = isMemberAs(identity);
  return {
    nowMs: deps.clock.nowMs(),
    canIssue: deps.proxyProvider?.current() !== undefined,
    isHandedOut: values(deps).vos[vo]?.groups[group]?.downloadableProxy,
    minLeftS,
    vo,
    group,
    isMember,
    hasLapsed: !isMember && isMemberAs(identity && { ...identity, fqans: everConfirmed }),
    isSuspended: identity !== undefined && suspendedVos(values(deps), identity).has(vo),
    proxies: await Promise.all(
      known.proxies.map(async (proxy, index) => ({
        row: proxy,
        validUntilMs: proxy.valid_until_ms,
        isLinked: known.owners[index] === accountId,
        isRevoked: await isBlocked(proxy, trust),
        servesGroup: servesGroup(proxy, group),
      })),
    ),
  };
}

/** With what VOMS says of the proxy that a payload would get; asks it only when all else is well. */
async function verdict(deps: Deps, asker: Asker): Promise<ProxyVerdict> {
  const facts = await factsOf(deps, asker, values(deps).limits.proxyMinLeftS);
  const best = facts.proxies.find((proxy) => proxy.isLinked && !proxy.isRevoked && proxy.servesGroup);
  const first = judge(facts);
  if (first.code || !best) return first;
  return judge({ ...facts, vomsRefusal: await vomsRefusal(deps, best.row, asker) });
}

async function outlookOf(deps: Deps, { vo, ownerGroup, owner }: JobOwner): Promise<ProxyOutlook> {
  const account = await deps.database.read(() => findAccountByUserName(owner));
  const accountId = account?.account_id;
  if (accountId === undefined)
    return { accountId, validUntilMs: 0, message: `There is no account of ${owner}.` };
  const { code, status } = judge(await factsOf(deps, { accountId, vo, group: ownerGroup }, 0));
  return code
    ? { accountId, validUntilMs: 0, message: status.message }
    : { accountId, validUntilMs: status.validUntilMs ?? 0, message: undefined };
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
  if (!isOwn) demandFreshLogIn(principal, deps.clock.nowMs());
  yield* removeProxy(proxyId);
  yield* audit(deps, principal, 'delete proxy', {
    targetAccountId: row.account_id,
    subjectDn: row.subject_dn,
  });
  yield* ringBell(deps, row.account_id);
}

async function offer(deps: Deps, { accountId }: UserPrincipal): Promise<ProxyOffer | undefined> {
  const provider = deps.proxyProvider?.current();
  return provider && { name: provider.name, needsLogIn: await provider.needsLogIn(accountId) };
}

/** Built from the same parts as the account service, plus keys and trust. */
export function createProxyManager(deps: Deps): ProxyManager {
  return {
    ...createProxyDelegation(deps),
    ...createHandOut(deps),
    offer: (principal) => offer(deps, principal),
    issue: createIssueProxy(deps),
    status: async (principal) => (await verdict(deps, principal)).status,
    list: (principal) => deps.database.readHeavy(() => list(deps, principal)),
    async remove(principal, proxyId) {
      await deps.database.write(() => remove(deps, principal, proxyId));
      deps.log.info({ accountId: principal.accountId, proxyId }, 'proxy.removed');
    },
    outlookOf: (owner) => outlookOf(deps, owner),
    payloadProxy: (pilot, order) => createPayloadProxy(deps, pilot, order),
    async requireProxy(principal) {
      const { code, status } = await verdict(deps, principal);
      if (!code) return;
      const { reason, message, validUntilMs } = status;
      throw new WmsError(code, message, {
        reason,
        ...(validUntilMs === null ? {} : { validUntil: instantText(validUntilMs) }),
      });
    },
  };
}
