/**
 * Makes the jobs of bulks, a few slices a transaction, all bulks in turn. Woken after submissions; goes on after a
 * restart where the database says. Gives up what was not confirmed in time and ends what was abandoned.
 */
import { setImmediate as pause } from 'node:timers/promises';
import type { Database } from '../../db/database.ts';
import type { Agent, AgentCycle } from '../../kernel/agent.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import { isStoreTrouble } from '../../kernel/wms-error.ts';
import type { BulkExpansion } from './bulk-expansion.service.ts';
import { lockBulk, unendedJobs, unsettledBulks, type BulkRow } from './bulk.store.ts';

export interface BulkExpansionAgent extends Pick<Agent, 'name' | 'everyMs' | 'start' | 'stop' | 'onCycle'> {
  /** Something is to be done: do it soon. Cheap. */
  wake(): void;
  /** Does all there is to do now. */
  drain(): Promise<void>;
}

/** A step should take so long: the server answers nothing else meanwhile. */
const wantedStepMs = 12;
const mostSlicesAtOnce = 16;
const jobsEndedAtOnce = 100;
const retryMs = 5000;
/** Longest sleep; a confirmation may run out earlier, and news of another process may get lost. */
const longestSleepMs = 10_000;

export function createBulkExpansionAgent(parts: {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly expansion: BulkExpansion;
}): BulkExpansionAgent {
  const { clock, database, expansion } = parts;
  const log = parts.log.child({ agent: 'bulk-expansion' });
  let slicesAtOnce = 1;
  let isStarted = false;
  let isStopping = false;
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> | undefined;
  let isWoken = false;
  /** Where the ending of abandoned bulks has come to; after a restart they are looked through again. */
  const endedUpTo = new Map<number, number>();
  const listeners: ((cycle: AgentCycle) => void)[] = [];

  async function expandSome({ bulkId }: BulkRow): Promise<boolean> {
    const startedAtMs = performance.now();
    const isMore = await database.write(() => expansion.expandNext(bulkId, slicesAtOnce, clock.nowMs()));
    const tookMs = performance.now() - startedAtMs;
    if (tookMs > wantedStepMs * 1.5) slicesAtOnce = Math.max(1, Math.floor(slicesAtOnce / 2));
    else if (tookMs < wantedStepMs && isMore) slicesAtOnce = Math.min(mostSlicesAtOnce, slicesAtOnce + 1);
    if (!isMore) log.info({ bulkId }, 'bulk.expanded');
    return isMore;
  }

  async function endSome({ bulkId, firstJobId, jobCount }: BulkRow): Promise<boolean> {
    const from = endedUpTo.get(bulkId) ?? firstJobId;
    const behind = firstJobId + jobCount;
    // Beside the writer: it may have to look through many that ended by themselves.
    const jobIds = await database.readHeavy(() => unendedJobs(from, behind, jobsEndedAtOnce));
    const last = jobIds.at(-1);
    if (last === undefined) {
      await database.write(() => expansion.settle(bulkId, clock.nowMs()));
      endedUpTo.delete(bulkId);
      return false;
    }
    await database.write(() => expansion.endJobs(bulkId, jobIds, clock.nowMs()));
    endedUpTo.set(bulkId, last + 1);
    return true;
  }

  async function expire({ bulkId, confirmUntilMs }: BulkRow): Promise<boolean> {
    if (confirmUntilMs === null || confirmUntilMs > clock.nowMs()) return false;
    await database.write(function* () {
      const bulk = yield* lockBulk(bulkId);
      if (bulk?.state === 'Unconfirmed')
        yield* expansion.abandon(bulk, 'Bulk submission not confirmed', clock.nowMs());
    });
    return true;
  }

  const steps = {
    Unconfirmed: expire,
    Expanding: expandSome,
    Abandoned: endSome,
    Complete: async () => false,
  } as const satisfies Record<BulkRow['state'], (bulk: BulkRow) => Promise<boolean>>;

  /** What is wrong with one bulk must not keep the others from being made. */
  async function oneAlone(bulk: BulkRow): Promise<boolean> {
    try {
      return await steps[bulk.state](bulk);
    } catch (error) {
      if (isStoreTrouble(error)) throw error;
      log.error({ err: error, bulkId: bulk.bulkId }, 'bulk.step-failed');
      return false;
    }
  }

  /** One step for each bulk, again and again, until none has anything to do. */
  async function drain(): Promise<void> {
    for (let isMore = true; isMore;) {
      isMore = false;
      for (const bulk of await database.read(unsettledBulks)) {
        if (await oneAlone(bulk)) isMore = true;
        await pause();
        if (isStopping) return;
      }
    }
  }

  async function nextExpiryMs(): Promise<number> {
    const open = await database.read(unsettledBulks);
    const times = open.map(({ confirmUntilMs }) => (confirmUntilMs ?? Infinity) - clock.nowMs());
    return Math.min(longestSleepMs, ...times);
  }

  async function work(): Promise<void> {
    let sleepMs = retryMs;
    const startedAtMs = performance.now();
    let failure: unknown;
    try {
      do {
        isWoken = false;
        await drain();
        sleepMs = Math.max(0, await nextExpiryMs());
      } while (isWoken && !isStopping);
    } catch (error) {
      failure = error;
      log.error({ err: error }, 'agent.cycle-failed');
    }
    const tookMs = performance.now() - startedAtMs;
    for (const listener of listeners)
      listener({ tookMs, ...(failure === undefined ? {} : { error: failure }) });
    working = undefined;
    if (isStarted) timer = setTimeout(wake, sleepMs).unref();
  }

  function wake(): void {
    isWoken = true;
    if (!isStarted || working) return;
    clearTimeout(timer);
    working = work();
  }

  return {
    name: 'bulk-expansion',
    everyMs: longestSleepMs,
    onCycle: (listener) => void listeners.push(listener),
    start() {
      if (isStarted) return;
      isStarted = true;
      isStopping = false;
      wake();
    },
    async stop() {
      isStarted = false;
      isStopping = true;
      clearTimeout(timer);
      await working;
    },
    wake,
    drain,
  };
}
