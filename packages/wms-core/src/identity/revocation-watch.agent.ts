/**
 * Stored proxies whose certificate was revoked since: looked for whenever the trust folder was read anew, blocked for
 * good, written down, and told to those who hold the owner's waiting jobs (credentials.md §10).
 */
import { isRevoked, type TrustStore } from '@wm/credentials';
import { recordAudit } from '../audit/audit.store.ts';
import type { Work } from '../db/database.ts';
import { createAgent, type Agent } from '../kernel/agent.ts';
import { ringBell, type ProxyManagerDeps } from './proxy-records.service.ts';
import { blockProxy, unblockedProxies, type ProxyCertificate } from './proxy.store.ts';

type Deps = Pick<ProxyManagerDeps, 'database' | 'clock' | 'log' | 'trust' | 'onProxyChanged'>;

const everyMs = 60_000;

function* block(deps: Deps, proxy: ProxyCertificate): Work<boolean> {
  const atMs = deps.clock.nowMs();
  if (!(yield* blockProxy(proxy.proxy_id, atMs))) return false;
  yield* recordAudit({
    atMs,
    action: 'block proxy',
    // Nobody's doing but the authority's.
    actorAccountId: '',
    actorGroup: '',
    targetAccountId: proxy.account_id,
    subjectDn: proxy.subject_dn,
    result: 'certificate.revoked',
    details: { issuer: proxy.issuer_dn, serial: proxy.certificate_serial },
  });
  yield* ringBell(deps, proxy.account_id);
  return true;
}

export function createRevocationWatch(deps: Deps): Agent {
  const { database, log } = deps;
  let seen: TrustStore | undefined;

  async function cycle(): Promise<void> {
    const trust = await deps.trust.current();
    if (trust === seen) return;
    for (const proxy of await database.readHeavy(unblockedProxies)) {
      if (!(await isRevoked(proxy.issuer_key, proxy.certificate_serial, trust))) continue;
      const { proxy_id: proxyId, account_id: accountId } = proxy;
      if (await database.write(() => block(deps, proxy))) log.warn({ accountId, proxyId }, 'proxy.blocked');
    }
    seen = trust;
  }

  return createAgent({ name: 'revocation-watch', everyMs, cycle, log });
}
