/**
 * Proxies of people who are away, asked for anew before they end while jobs of theirs wait or run: of a provider at which
 * they logged in and let this installation come back (`master-portal`). The own authority asks for a log-in each time
 * (ADR 0020), uploaded proxies are renewed by their owners alone.
 */
import { recordAudit } from '../../audit/audit.store.ts';
import type { Work } from '../../db/database.ts';
import { unfinishedOwners } from '../../jobs/job-counters.store.ts';
import { createAgent, type Agent } from '../../kernel/agent.ts';
import { isWmsError } from '../../kernel/wms-error.ts';
import { knownIdentity } from '../account.service.ts';
import { backOffMs } from '../outside/grant-parts.ts';
import { membershipsOf } from '../memberships.ts';
import { servesGroup } from '../picked-groups.ts';
import type { JobOwner } from '../credential-holds.ts';
import type { ProxyManagerDeps as Deps } from '../proxy-records.service.ts';
import { proxiesFrom, type ProxyRow } from '../proxy.store.ts';
import { receiveProxy, type IssueOrder } from './issue-proxy.service.ts';
import type { ProxyAccount } from './proxy-provider.ts';

const everyMs = 10 * 60_000;
/** Before the warning of `limits.proxyWarningS`, time enough for some tries. */
const earlierS = 6 * 3600;
const renewedSource = 'master-portal';

/** Half of a short life at the latest, so that one who gives little is not asked all the time. */
export const renewalAtMs = (
  { created_at_ms, valid_until_ms }: Pick<ProxyRow, 'created_at_ms' | 'valid_until_ms'>,
  proxyWarningS: number,
): number =>
  valid_until_ms - Math.min((proxyWarningS + earlierS) * 1000, (valid_until_ms - created_at_ms) / 2);

export function createProxyRenewal(deps: Deps): Agent {
  const { clock, database, configuration, log } = deps;
  /** Failures of this process, by account; a proxy that helps no longer is one too. */
  const failures = new Map<string, { readonly count: number; readonly nextTryAtMs: number }>();

  /** The account, when a job that is not over may use the proxy: in a group that it serves and its owner is in. */
  function* neededBy(row: ProxyRow, owners: readonly JobOwner[]): Work<ProxyAccount | undefined> {
    const identity = yield* knownIdentity(deps, row.account_id);
    if (identity === undefined) return undefined;
    const memberships = membershipsOf(configuration.current().values, identity).filter(({ group }) =>
      servesGroup(row, group),
    );
    const isNeeded = owners.some(
      ({ owner, vo, ownerGroup }) =>
        owner === identity.userName && memberships.some((one) => one.vo === vo && one.group === ownerGroup),
    );
    return isNeeded ? { accountId: row.account_id, userName: identity.userName } : undefined;
  }

  const isDue = (row: ProxyRow): boolean =>
    renewalAtMs(row, configuration.current().values.limits.proxyWarningS) <= clock.nowMs();

  function due(): Promise<readonly ProxyAccount[]> {
    return database.readHeavy(function* () {
      const found: ProxyAccount[] = [];
      const owners = yield* unfinishedOwners();
      for (const row of yield* proxiesFrom(renewedSource)) {
        const account = isDue(row) ? yield* neededBy(row, owners) : undefined;
        if (account) found.push(account);
      }
      return found;
    });
  }

  const orderOf = (account: ProxyAccount): IssueOrder => ({
    account,
    keepsPick: true,
    record: ({ action, subjectDn = null, result = 'OK' }) =>
      recordAudit({
        atMs: clock.nowMs(),
        action: action === 'issue' ? 'renew proxy' : 'refuse proxy',
        actorAccountId: account.accountId,
        actorGroup: '',
        targetAccountId: account.accountId,
        subjectDn,
        result,
      }),
  });

  /** False when the provider is away: the others wait for the next cycle. */
  async function renew(account: ProxyAccount): Promise<boolean> {
    const { accountId } = account;
    const provider = deps.proxyProvider?.current();
    if (provider?.source !== renewedSource) return false;
    const failed = failures.get(accountId);
    if (failed && failed.nextTryAtMs > clock.nowMs()) return true;
    // Without a grant there is nothing to ask with; its owner was told when it was lost.
    if (await provider.needsLogIn(accountId)) return true;
    const leaveAlone = (): void => {
      const count = (failed?.count ?? 0) + 1;
      failures.set(accountId, { count, nextTryAtMs: clock.nowMs() + backOffMs(count) });
    };
    try {
      const row = await receiveProxy(deps, provider, orderOf(account));
      if (isDue(row)) leaveAlone();
      else failures.delete(accountId);
      return true;
    } catch (error) {
      leaveAlone();
      if (!isWmsError(error)) log.error({ accountId, err: error }, 'proxy.renewal-failed');
      return isWmsError(error) && error.code !== 'service.unavailable';
    }
  }

  return createAgent({
    name: 'proxy-renewal',
    everyMs,
    log,
    async cycle() {
      if (deps.proxyProvider?.current()?.source !== renewedSource) return;
      for (const account of await due()) if (!(await renew(account))) return;
    },
  });
}
