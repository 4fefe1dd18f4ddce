/**
 * Pilots whose request for a job is open, and whether the matcher overlooks jobs that would fit them. Asked by
 * System Health: a queue that fits a pilot on two looks in a row was overlooked.
 */
import type { ResourceOffer } from '../matching/resource.ts';
import type { TaskQueue, TaskQueueRequirements } from '../task-queues/task-queue.ts';

interface Ask {
  readonly offer: ResourceOffer;
  readonly sinceMs: number;
}

/** A look compares so many pilots with so many queues at most, so that it never takes more than milliseconds. */
const mostPilots = 20;
const mostQueues = 500;
/** A job that came while the pilot waits is on its way to it for so long. */
const graceMs = 5_000;

export class MatchWatch {
  readonly #fits: (requirements: TaskQueueRequirements, offer: ResourceOffer) => boolean;
  readonly #asks = new Set<Ask>();
  #suspects: ReadonlyMap<number, number> = new Map();

  constructor(fits: (requirements: TaskQueueRequirements, offer: ResourceOffer) => boolean) {
    this.#fits = fits;
  }

  /** A pilot asks; answers with the way to say that it has its answer. */
  join(offer: ResourceOffer, nowMs = performance.now()): () => void {
    const ask: Ask = { offer, sinceMs: nowMs };
    this.#asks.add(ask);
    return () => void this.#asks.delete(ask);
  }

  askingBySite(): ReadonlyMap<string, number> {
    const bySite = new Map<string, number>();
    for (const { offer } of this.#asks) bySite.set(offer.site, (bySite.get(offer.site) ?? 0) + 1);
    return bySite;
  }

  get asking(): number {
    return this.#asks.size;
  }

  /** Queues that have fitted an open request for longer than a job needs to reach it. */
  overlooked(taskQueues: readonly TaskQueue[], nowMs = performance.now()): readonly TaskQueue[] {
    const offers: ResourceOffer[] = [];
    for (const { offer, sinceMs } of this.#asks) {
      if (offers.length === mostPilots) break;
      if (nowMs - sinceMs >= graceMs) offers.push(offer);
    }
    const suspects = new Map<number, number>();
    const found: TaskQueue[] = [];
    for (const taskQueue of offers.length === 0 ? [] : taskQueues.slice(0, mostQueues)) {
      if (!offers.some((offer) => this.#fits(taskQueue, offer))) continue;
      const sinceMs = this.#suspects.get(taskQueue.taskQueueId) ?? nowMs;
      suspects.set(taskQueue.taskQueueId, sinceMs);
      if (nowMs - sinceMs >= graceMs) found.push(taskQueue);
    }
    this.#suspects = suspects;
    return found;
  }
}
