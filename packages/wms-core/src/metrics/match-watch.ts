/**
 * Pilots whose request for a job is open, and whether the matcher overlooks jobs that would fit them. Asked by
 * System Health: a queue that fits a pilot look after look, for longer than a request lasts, is overlooked.
 */
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import type { Clock } from '../kernel/clock.ts';
import { offerInPlace } from '../matching/bound-offer.ts';
import { mayServe, type Gates } from '../matching/open-queues.ts';
import type { ResourceOffer } from '../matching/resource.ts';
import type { TaskQueue } from '../task-queues/task-queue.ts';

interface Ask {
  readonly offer: ResourceOffer;
  readonly sinceMs: number;
}

/** A look compares so many pilots with so many queues at most, so that it never takes more than milliseconds. */
const mostPilots = 20;
const mostQueues = 500;
/** A pilot that asks is given its jobs within this time, if there are any. */
const answerMs = 5_000;
/** Longer than one request lasts: a pilot that asks anew is served, whatever was missed before. */
const overlookedMs = 75_000;

export type MayMatch = (taskQueue: TaskQueue, offer: ResourceOffer) => boolean;
export type InPlace = (offer: ResourceOffer) => ResourceOffer;

export class MatchWatch {
  readonly #mayMatch: MayMatch;
  readonly #inPlace: InPlace;
  readonly #asks = new Set<Ask>();
  #suspects: ReadonlyMap<number, number> = new Map();

  /** `inPlace`: what a pilot told with all that is known of its place, as at a match. */
  constructor(mayMatch: MayMatch, inPlace: InPlace = (offer) => offer) {
    this.#mayMatch = mayMatch;
    this.#inPlace = inPlace;
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

  /** Queues that have fitted open requests for longer than one lasts. */
  overlooked(taskQueues: readonly TaskQueue[], nowMs = performance.now()): readonly TaskQueue[] {
    const offers: ResourceOffer[] = [];
    for (const { offer, sinceMs } of this.#asks) {
      if (offers.length === mostPilots) break;
      if (nowMs - sinceMs >= answerMs) offers.push(this.#inPlace(offer));
    }
    const suspects = new Map<number, number>();
    const found: TaskQueue[] = [];
    for (const taskQueue of offers.length === 0 ? [] : taskQueues.slice(0, mostQueues)) {
      if (!offers.some((offer) => this.#mayMatch(taskQueue, offer))) continue;
      const sinceMs = this.#suspects.get(taskQueue.taskQueueId) ?? nowMs;
      suspects.set(taskQueue.taskQueueId, sinceMs);
      if (nowMs - sinceMs >= overlookedMs) found.push(taskQueue);
    }
    this.#suspects = suspects;
    return found;
  }
}

/** Sees what the matcher's draw sees: rules, limits, who is held, and for whom a batch queue is reserved. */
export const watchMatches = (
  parts: Gates & {
    readonly clock: Clock;
    readonly configuration: { current(): Pick<ConfigurationSnapshot, 'values'> };
  },
): MatchWatch =>
  new MatchWatch(
    (taskQueue, offer) => mayServe(parts, taskQueue, offer, parts.clock.nowMs()),
    (offer) => offerInPlace(offer, parts.configuration.current().values),
  );
