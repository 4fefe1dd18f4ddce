/**
 * Notices proxies that run out while jobs need them: owners with unfinished jobs are told a day and two hours
 * before, their waiting jobs are held when the proxy has ended, and go on when a new one is there. Looks when a proxy
 * or a new owner comes, at every instant at which something changes, and once an hour anyway.
 */
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import type { Broadcast } from '../db/broadcast.ts';
import type { Database } from '../db/database.ts';
import { unfinishedOwners } from '../jobs/job-counters.store.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import { createWokenAgent, type WokenAgent } from '../kernel/woken-agent.ts';
import { ringNotices } from '../notices/notice.service.ts';
import { noticesOfKind, putNotice, removeNotice, type NoticeRow } from '../notices/notice.store.ts';
import type { CredentialHolds, JobOwner, ProxyOutlook } from './credential-holds.ts';
import { nextChangeMs, warningFor, type ProxyWarning } from './proxy-warnings.ts';

export interface CredentialWatchParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly configuration: { current(): ConfigurationSnapshot };
  readonly holds: CredentialHolds;
  readonly outlookOf: (owner: JobOwner) => Promise<ProxyOutlook>;
  /** To other processes on the same database: each knows for itself who is held. */
  readonly broadcast?: Broadcast | undefined;
  /** Somebody's jobs are held no more. */
  readonly onReleased: () => void;
}

const hourMs = 3_600_000;
const kind = 'proxy';
const topic = 'proxies';

type Known = readonly (readonly [JobOwner, ProxyOutlook])[];

const matterOf = ({ vo, ownerGroup }: JobOwner): string => `${kind}/${vo}/${ownerGroup}`;

export interface CredentialWatch extends WokenAgent {
  /** A proxy came or went: every process has to look. */
  proxyChanged(): void;
}

export function createCredentialWatch(parts: CredentialWatchParts): CredentialWatch {
  const { database, clock, log } = parts;
  let timer: NodeJS.Timeout | undefined;
  const times = () => parts.configuration.current().values.limits;

  async function look(): Promise<Known> {
    const owners = await database.readHeavy(unfinishedOwners);
    const known: (readonly [JobOwner, ProxyOutlook])[] = [];
    for (const owner of owners) known.push([owner, await parts.outlookOf(owner)]);
    return known;
  }

  /** Writes only what differs from what the owner was told. */
  async function tell(known: Known): Promise<void> {
    const old = await database.read(() => noticesOfKind(kind));
    const untold = new Map(old.map((notice) => [`${notice.accountId} ${notice.matter}`, notice]));
    for (const [owner, outlook] of known) {
      const { accountId } = outlook;
      const warning = warningFor(owner, outlook, clock.nowMs(), times());
      if (accountId === undefined || !warning) continue;
      const key = `${accountId} ${matterOf(owner)}`;
      const told = untold.get(key);
      untold.delete(key);
      if (told?.title !== warning.title) await put(accountId, owner, warning);
    }
    for (const notice of untold.values()) await withdraw(notice);
  }

  async function put(accountId: string, owner: JobOwner, warning: ProxyWarning): Promise<void> {
    const createdAtMs = clock.nowMs();
    await database.write(function* () {
      yield* putNotice({ ...warning, accountId, matter: matterOf(owner), kind, createdAtMs });
      yield* ringNotices(accountId, createdAtMs);
    });
    log.info({ accountId, group: owner.ownerGroup, level: warning.level }, 'proxy.owner-warned');
  }

  const withdraw = ({ noticeId, accountId }: NoticeRow): Promise<void> =>
    database.write(function* () {
      yield* removeNotice(noticeId);
      yield* ringNotices(accountId, clock.nowMs());
    });

  function lookAgainAt(known: Known): void {
    const nowMs = clock.nowMs();
    const next = known.flatMap(([, outlook]) => nextChangeMs(outlook, nowMs, times()) ?? []);
    const waitMs = Math.min(hourMs, ...next.map((atMs) => atMs - nowMs));
    clearTimeout(timer);
    timer = setTimeout(() => agent.wake(), waitMs).unref();
  }

  async function cycle(isStopping: () => boolean): Promise<void> {
    const known = await look();
    if (isStopping()) return;
    const isReleased = parts.holds.replace(known);
    if (isReleased) parts.onReleased();
    await tell(known);
    lookAgainAt(known);
  }

  const agent = createWokenAgent({ name: 'credential-watch', everyMs: hourMs, cycle, log });
  parts.broadcast?.onMessage(topic, () => agent.wake());
  return {
    ...agent,
    proxyChanged() {
      agent.wake();
      parts.broadcast?.send(topic, '');
    },
    async stop() {
      clearTimeout(timer);
      await agent.stop();
    },
  };
}
