/** Gathers what the checks judge, each fact by itself, so that one that cannot be had spoils no other. */
import { statfs } from 'node:fs/promises';
import { slashForm, type TrustStore } from '@wm/credentials';
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import { one, type Database } from '../db/database.ts';
import { databaseSize } from '../db/database-size.ts';
import { eventRange } from '../events/event.store.ts';
import type { Clock } from '../kernel/clock.ts';
import type { TaskQueueIndex } from '../matching/task-queue-index.ts';
import type { AgentRecords } from '../metrics/agent-records.ts';
import type { MatchWatch } from '../metrics/match-watch.ts';
import {
  endedPilots,
  oldestEvent,
  sealedGrants,
  sealedProxies,
  waitingSince,
} from '../metrics/measurements.store.ts';
import type { NodeClocks } from '../metrics/node-clocks.ts';
import type { CommitFigures } from '../metrics/observed-database.ts';
import { finalPilotStatuses } from '../pilots/pilot-status.ts';
import type { Expiring, FactGatherers, ProcessFacts, SiteFacts } from './health-facts.ts';

export interface HealthFactsParts {
  readonly database: Database;
  readonly databaseFile: string;
  readonly dataFolder: string;
  readonly clock: Clock;
  readonly configuration: { current(): ConfigurationSnapshot; lastError(): string | undefined };
  readonly commits: () => CommitFigures;
  readonly agents: AgentRecords;
  readonly index: Pick<TaskQueueIndex, 'all'>;
  readonly matchWatch: MatchWatch;
  readonly nodeClocks: NodeClocks;
  readonly trust: { current(): Promise<TrustStore> };
  readonly keyEncryptionKeyIds: readonly string[];
  readonly process: (() => ProcessFacts) | undefined;
}

const hourMs = 3_600_000;
const badEnds: readonly (typeof finalPilotStatuses)[number][] = ['Failed', 'Aborted'];

export function healthFacts(parts: HealthFactsParts): FactGatherers {
  const { database, clock, configuration } = parts;
  const values = () => configuration.current().values;
  const trust = hourly(clock, () => parts.trust.current());

  return {
    async database() {
      const startedAtMs = performance.now();
      await database.read(() => one('select 1 as one'));
      const latencyMs = performance.now() - startedAtMs;
      const { sizeBytes } = await databaseSize(database, parts.databaseFile);
      return { engine: database.engine, latencyMs, sizeBytes };
    },
    commits: async () => parts.commits(),
    async disk() {
      const { bavail, blocks, bsize } = await statfs(parts.dataFolder);
      return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
    },
    async configuration() {
      const { version, loadedAtMs } = configuration.current();
      return { version, loadedAtMs, fault: configuration.lastError() };
    },
    agents: async () => ({ records: parts.agents.all(), startedAtMs: parts.agents.sinceMs }),
    async matcher() {
      const taskQueues = parts.index.all();
      const sum = (queues: typeof taskQueues): number =>
        queues.reduce((jobs, { waitingJobs }) => jobs + waitingJobs, 0);
      return {
        waitingJobs: sum(taskQueues),
        askingPilots: parts.matchWatch.asking,
        overlookedJobs: sum(parts.matchWatch.overlooked(taskQueues)),
      };
    },
    oldestWaiting: () => oldestWaiting(database, Object.keys(values().vos), clock.nowMs()),
    sites: () => siteFacts(database, values().sites, clock.nowMs() - hourMs),
    nodeClocks: async () => parts.nodeClocks.offsets(clock.nowMs()),
    trust: async () => trustFacts(await trust()),
    proxies: () => database.readHeavy(() => sealedProxies(parts.keyEncryptionKeyIds, clock.nowMs())),
    tokenGrants: () => database.readHeavy(() => sealedGrants(parts.keyEncryptionKeyIds)),
    outbox: () =>
      database.readHeavy(function* () {
        const { first, last } = yield* eventRange();
        return { kept: last === 0 ? 0 : last - first + 1, oldestAtMs: yield* oldestEvent() };
      }),
    process: async () => parts.process?.(),
  };
}

/** How long the longest waiting job of each VO has been waiting. */
export const oldestWaiting = (
  database: Database,
  vos: readonly string[],
  nowMs: number,
): Promise<readonly { readonly vo: string; readonly waitedS: number }[]> =>
  database.readHeavy(function* () {
    const found: { vo: string; waitedS: number }[] = [];
    for (const vo of vos) {
      const sinceMs = yield* waitingSince(vo);
      found.push({ vo, waitedS: sinceMs === undefined ? 0 : Math.max(0, (nowMs - sinceMs) / 1000) });
    }
    return found;
  });

async function siteFacts(
  database: Database,
  sites: ConfigurationSnapshot['values']['sites'],
  sinceMs: number,
): Promise<readonly SiteFacts[]> {
  const ended = await database.readHeavy(() => endedPilots(sinceMs));
  return Object.entries(sites).map(([site, { status }]) => {
    const here = ended.filter((row) => row.site === site);
    const bad = here.filter((row) => (badEnds as readonly string[]).includes(row.status));
    const sum = (found: typeof here): number => found.reduce((total, { pilots }) => total + pilots, 0);
    return { site, status, done: sum(here) - sum(bad), failed: sum(bad), reason: bad[0]?.reason };
  });
}

function trustFacts({ authorities, revocationLists, isListRequired }: TrustStore) {
  // An authority that issued a newer list has made the older one irrelevant.
  const lists = new Map<string, Expiring>();
  for (const { issuer, nextUpdateMs } of revocationLists) {
    const name = slashForm(issuer);
    const endsAtMs = Math.max(nextUpdateMs ?? 0, lists.get(name)?.endsAtMs ?? 0);
    lists.set(name, { name, endsAtMs });
  }
  return {
    authorities: authorities.map(({ subject, notAfterMs }) => ({
      name: slashForm(subject),
      endsAtMs: notAfterMs,
    })),
    revocationLists: [...lists.values()],
    isListRequired,
  };
}

/** Asks at most once an hour: reading hundreds of authorities takes a while and they change daily at most. */
function hourly<T>(clock: Clock, ask: () => Promise<T>): () => Promise<T> {
  let known: { readonly answer: Promise<T>; readonly atMs: number } | undefined;
  return () => {
    const nowMs = clock.nowMs();
    if (known && nowMs - known.atMs < hourMs) return known.answer;
    const answer = ask();
    known = { answer, atMs: nowMs };
    answer.catch(() => {
      known = undefined;
    });
    return answer;
  };
}
