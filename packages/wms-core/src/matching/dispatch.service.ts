/**
 * What a match costs and gives back: places under running limits and the use that shares are corrected by. Charged
 * in the transaction of the match with what the job asked for, settled in the transaction that ends the attempt
 * with what it took. Memory is charged when a queue is drawn, so that the next draw sees it, and put back when nothing
 * comes of it.
 */
import type { ConfigurationSnapshot, RunningLimit } from '../configuration/schema.ts';
import { afterCommit, type Database, type Work } from '../db/database.ts';
import { findJob, updateJob, type JobRow } from '../jobs/job.store.ts';
import type { Clock } from '../kernel/clock.ts';
import { loadUsage, addUsage } from '../task-queues/share-usage.store.ts';
import type { Charge, ShareLedger } from '../task-queues/share-ledger.ts';
import type { Shares } from '../task-queues/shares.ts';
import type { TaskQueueRequirements } from '../task-queues/task-queue.ts';
import type { ResourceOffer } from './resource.ts';
import { limitKey, type RunningLimits } from './running-limits.ts';
import {
  jobsCountedBy,
  leavePlace,
  loadLimits,
  removeLimit,
  saveLimit,
  takePlace,
} from './running-limits.store.ts';

/** What an attempt holds; the fields of its job row. */
export type Slot = Pick<JobRow, 'matchedAtMs' | 'slotProcessors' | 'chargedS' | 'limitKeys'>;

/** Undoes what a failed transaction did to memory. */
export interface Undo {
  did(undo: () => void): void;
}

/** Where a job is to run, and with how much. */
export interface DispatchPlace {
  readonly offer: ResourceOffer;
  readonly processors: number;
  readonly nowMs: number;
}

export interface Dispatches {
  /** A queue was drawn: the next draw sees the use of a job of it, which `take` is to store. */
  promise(wanted: TaskQueueRequirements, at: DispatchPlace, undo: Undo): void;
  /** What was promised; undefined: a limit says no, and nothing is stored. */
  take(job: JobRow, wanted: TaskQueueRequirements, at: DispatchPlace, undo: Undo): Work<Slot | undefined>;
  /** The attempt is over; `job` as it was while it ran. */
  settle(job: JobRow, nowMs: number): Work<void>;
  /** Reads use and counts anew, and counts what new limits of the configuration count. */
  refresh(): Promise<void>;
}

export const emptySlot: Slot = { matchedAtMs: null, slotProcessors: null, chargedS: null, limitKeys: null };

/** Owner under which a group that shares jobs is charged. */
const everybody = '*';

export function createDispatches(parts: {
  readonly database: Database;
  readonly clock: Clock;
  readonly configuration: { current(): ConfigurationSnapshot };
  readonly ledger: ShareLedger;
  readonly limits: RunningLimits;
  readonly shares: Shares;
}): Dispatches {
  const { database, clock, ledger, limits, shares } = parts;
  const scheduling = () => parts.configuration.current().values.scheduling;

  type Holder = Pick<Charge, 'vo' | 'ownerGroup' | 'owner'>;
  const holderOf = ({ vo, ownerGroup, owner }: Holder): Holder => ({
    vo,
    ownerGroup,
    owner: shares.sharesJobs(vo, ownerGroup) ? everybody : owner,
  });

  /** All places or none. */
  function* takePlaces(wanted: readonly RunningLimit[], nowMs: number, undo: Undo): Work<boolean> {
    const taken: string[] = [];
    for (const limit of wanted) {
      const key = limitKey(limit);
      if (!(yield* takePlace(limit, nowMs))) {
        limits.reached(limit, nowMs);
        for (const other of taken) yield* leavePlace(other);
        return false;
      }
      taken.push(key);
    }
    for (const key of taken) {
      limits.changed(key, 1, nowMs);
      undo.did(() => limits.changed(key, -1));
    }
    return true;
  }

  const chargeOf = (holder: Holder, wanted: TaskQueueRequirements, at: DispatchPlace): Charge => ({
    ...holderOf(holder),
    costS: wanted.cpuTimeS * at.processors,
    dispatches: 1,
    atMs: at.nowMs,
  });

  /** Limits that are gone are forgotten, new ones start with what runs already. */
  function* syncLimits(configured: readonly RunningLimit[]): Work<void> {
    const known = new Set((yield* loadLimits()).map(({ key }) => key));
    const wanted = new Map(configured.map((limit) => [limitKey(limit), limit]));
    for (const key of known) if (!wanted.has(key)) yield* removeLimit(key);
    for (const [key, limit] of wanted) {
      if (known.has(key)) continue;
      const jobIds = yield* jobsCountedBy(limit);
      for (const jobId of jobIds) {
        const job = yield* findJob(jobId);
        const keys = JSON.parse(job?.limitKeys ?? '[]') as readonly string[];
        if (job) yield* updateJob(job, { ...job, limitKeys: JSON.stringify([...keys, key]) });
      }
      yield* saveLimit(key, jobIds.length);
    }
  }

  return {
    promise(wanted, at, undo) {
      const made = chargeOf(wanted, wanted, at);
      ledger.charge(made);
      undo.did(() => ledger.charge({ ...made, costS: -made.costS, dispatches: -made.dispatches }));
    },

    *take(job, wanted, at, undo) {
      const { offer, processors, nowMs } = at;
      const counting = limits.of(wanted, offer);
      if (counting.length > 0 && !(yield* takePlaces(counting, nowMs, undo))) return undefined;
      const made = chargeOf(job, wanted, at);
      yield* addUsage(made, scheduling().shareHalfLifeS);
      return {
        matchedAtMs: nowMs,
        slotProcessors: processors,
        chargedS: made.costS,
        limitKeys: counting.length === 0 ? null : JSON.stringify(counting.map(limitKey)),
      };
    },

    *settle(job, nowMs) {
      const { chargedS, matchedAtMs, slotProcessors, limitKeys } = job;
      for (const key of JSON.parse(limitKeys ?? '[]') as readonly string[]) {
        yield* leavePlace(key);
        yield* afterCommit(() => limits.freed(key));
      }
      if (chargedS === null || matchedAtMs === null) return;
      const usedS = (Math.max(0, nowMs - matchedAtMs) / 1000) * (slotProcessors ?? 1);
      const difference = { ...holderOf(job), costS: usedS - chargedS, dispatches: 0, atMs: matchedAtMs };
      yield* addUsage(difference, scheduling().shareHalfLifeS);
      yield* afterCommit(() => ledger.charge(difference));
    },

    async refresh() {
      await database.write(() => syncLimits(scheduling().limits));
      const nowMs = clock.nowMs();
      const { states, usage } = await database.read(function* () {
        return { states: yield* loadLimits(), usage: yield* loadUsage(nowMs) };
      });
      limits.load(states);
      ledger.reload(usage, scheduling().shareHalfLifeS, nowMs);
    },
  };
}
