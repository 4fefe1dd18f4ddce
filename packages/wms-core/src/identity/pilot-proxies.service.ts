/**
 * Proxies by which pilots are sent to computing elements (credentials.md §6.3): full ones of a group of pilots, with
 * its VOMS attributes, 12 hours long, from the store. Kept in memory and made anew before the end; whether the stored
 * one may still be used is looked at each time. Asked by computing elements that name an account and a group.
 */
import { exportPrivateKey, exportPublicKey, readPem, writeCertificates, writePem } from '@wm/credentials';
import { recordAudit } from '../audit/audit.store.ts';
import type { StoredProxyName } from '../computing/computing-element.ts';
import { WmsError } from '../kernel/wms-error.ts';
import { findAccountByUserName } from './account.store.ts';
import {
  deriveProxy,
  derivationFacts,
  usableProxy,
  type DerivationSubject,
} from './derived-proxy.service.ts';
import { vomsOf } from './group-voms.service.ts';
import type { ProxyManagerDeps as Deps } from './proxy-records.service.ts';
import { touchProxy, type ProxyRow } from './proxy.store.ts';

/** Answers with certificate, key and chain as PEM. */
export type PilotProxies = (whose: StoredProxyName) => Promise<string>;

interface Kept {
  /** Another one after each upload. */
  readonly proxyId: string;
  readonly pem: string;
  readonly endsAtMs: number;
  readonly renewAtMs: number;
}

const lifetimeMs = 12 * 3_600_000;
/** After a renewal that failed the old one serves for a while before it is tried again. */
const pauseMs = 300_000;

export function createPilotProxies(deps: Deps): PilotProxies {
  const { database, clock, log } = deps;
  const kept = new Map<string, Kept>();
  const underWay = new Map<string, Promise<Kept>>();

  function subjectOf({ user, group }: StoredProxyName): DerivationSubject {
    const { vos } = deps.configuration.current().values;
    const [vo] = Object.entries(vos).find(([, { groups }]) => Object.hasOwn(groups, group)) ?? [];
    if (vo === undefined)
      throw new WmsError('access.denied', `There is no group “${group}”.`, { reason: 'GROUP_UNKNOWN' });
    return { userName: user, vo, group };
  }

  async function storedOf(subject: DerivationSubject): Promise<ProxyRow> {
    const facts = await database.read(function* () {
      return yield* derivationFacts(deps, yield* findAccountByUserName(subject.userName), subject);
    });
    return usableProxy(deps, facts);
  }

  async function make(subject: DerivationSubject, stored: ProxyRow): Promise<Kept> {
    const { vo, group, userName } = subject;
    const untilMs = clock.nowMs() + lifetimeMs;
    const voms = await vomsOf(deps, stored, { vo, group, untilMs, isAsked: true });
    const keys = await deps.keys.take();
    const nowMs = clock.nowMs();
    const { chainPem, validUntilMs } = await deriveProxy(deps, stored, {
      publicKey: await exportPublicKey(keys.publicKey),
      nowMs,
      notAfterMs: nowMs + lifetimeMs,
      policy: 'inheritAll',
      diracGroup: group,
      attributeCertificates: voms && [voms.attributeCertificate],
    });
    await database.write(function* () {
      yield* touchProxy(stored.proxy_id, nowMs);
      yield* recordAudit({
        atMs: nowMs,
        action: voms ? 'download voms proxy' : 'download proxy',
        actorAccountId: 'pilot director',
        actorGroup: group,
        targetAccountId: stored.account_id,
        subjectDn: stored.subject_dn,
        result: `OK full, for pilots as ${userName}@${group}${voms ? `, ${voms.fqans[0] ?? ''}` : ''}`,
        vo,
      });
    });
    log.info({ user: userName, group, validUntilMs }, 'pilot-proxy.made');
    const [leaf, ...rest] = readPem(chainPem).map(({ der }) => der);
    const key = writePem('PRIVATE KEY', await exportPrivateKey(keys.privateKey));
    return {
      proxyId: stored.proxy_id,
      pem: writeCertificates(leaf ? [leaf] : []) + key + writeCertificates(rest),
      endsAtMs: validUntilMs,
      renewAtMs: nowMs + ((validUntilMs - nowMs) * 2) / 3,
    };
  }

  async function renew(name: string, subject: DerivationSubject, stored: ProxyRow): Promise<Kept> {
    const old = kept.get(name);
    try {
      return await make(subject, stored);
    } catch (error) {
      const nowMs = clock.nowMs();
      if (old?.proxyId !== stored.proxy_id || old.endsAtMs <= nowMs) throw error;
      log.warn({ user: subject.userName, group: subject.group, err: error }, 'pilot-proxy.not-renewed');
      return { ...old, renewAtMs: nowMs + pauseMs };
    }
  }

  return async (whose) => {
    const subject = subjectOf(whose);
    const stored = await storedOf(subject);
    const name = `${whose.user}\n${whose.group}`;
    const there = kept.get(name);
    const isGood = there?.proxyId === stored.proxy_id && clock.nowMs() < there.renewAtMs;
    if (there && isGood) return there.pem;
    // Submissions at the same time share one.
    const making =
      underWay.get(name) ?? renew(name, subject, stored).finally(() => void underWay.delete(name));
    underWay.set(name, making);
    const fresh = await making;
    kept.set(name, fresh);
    return fresh.pem;
  };
}
