/**
 * Limits on what runs at once, and on how often something starts (DIRAC's RunningLimit and MatchingDelay, wms.md
 * §5.5): rules of the configuration, which of them a match would count against, and what is known of their counts.
 * Pure and in memory; the database keeps the exact counts and has the last word (`running-limits.store.ts`).
 */
import type { RunningLimit } from '../configuration/schema.ts';
import type { ResourceOffer } from './resource.ts';

/** What of a waiting job limits may look at. */
export interface Limited {
  readonly vo: string;
  readonly ownerGroup: string;
  readonly owner: string;
  readonly jobType: string;
}

type Place = Pick<ResourceOffer, 'site' | 'computingElement'>;

export interface LimitState {
  /** See `limitKey`. */
  readonly key: string;
  readonly running: number;
  readonly lastMatchAtMs: number | null;
}

/**
 * What a limit counts, as one text: limits that count the same share a count, and a limit whose numbers alone change
 * keeps it.
 */
export const limitKey = ({ site, computingElement, vo, group, owner, jobType }: RunningLimit): string =>
  JSON.stringify({ site, computingElement, vo, group, owner, jobType });

const says = (wanted: string | undefined, is: string): boolean => wanted === undefined || wanted === is;

const appliesAt = (limit: RunningLimit, { site, computingElement }: Place): boolean =>
  says(limit.site, site) && says(limit.computingElement, computingElement);

const appliesTo = (limit: RunningLimit, job: Limited): boolean =>
  says(limit.vo, job.vo) &&
  says(limit.group, job.ownerGroup) &&
  says(limit.owner, job.owner) &&
  says(limit.jobType, job.jobType);

/** Limits that a job counts against at a place. */
export const limitsOf = (
  limits: readonly RunningLimit[],
  job: Limited,
  place: Place,
): readonly RunningLimit[] => limits.filter((limit) => appliesAt(limit, place) && appliesTo(limit, job));

/** What this process knows of the counts; may lag behind the database. */
export class RunningLimits {
  readonly #limits: () => readonly RunningLimit[];
  readonly #running = new Map<string, number>();
  readonly #lastMatchAtMs = new Map<string, number>();
  readonly #listeners = new Set<() => void>();

  constructor(limits: () => readonly RunningLimit[]) {
    this.#limits = limits;
  }

  load(states: readonly LimitState[]): void {
    this.#running.clear();
    for (const { key, running, lastMatchAtMs } of states) {
      this.#running.set(key, running);
      if (lastMatchAtMs !== null) this.#lastMatchAtMs.set(key, lastMatchAtMs);
    }
  }

  /** Those that may say no at a place; usually none. */
  at(place: Place): readonly RunningLimit[] {
    const limits = this.#limits();
    return limits.length === 0 ? limits : limits.filter((limit) => appliesAt(limit, place));
  }

  of(job: Limited, place: Place): readonly RunningLimit[] {
    return limitsOf(this.#limits(), job, place);
  }

  isReached(limit: RunningLimit, nowMs: number): boolean {
    const { maxRunning } = limit;
    if (maxRunning !== undefined && this.running(limit) >= maxRunning) return true;
    return this.#intervalLeftMs(limit, nowMs) > 0;
  }

  /**
   * Milliseconds until the first interval that runs at a place is over, for nobody tells of that; `Infinity` when none
   * runs.
   */
  nextIntervalEndMs(place: Place, nowMs: number): number {
    const left = this.at(place).map((limit) => this.#intervalLeftMs(limit, nowMs));
    return Math.min(...left.filter((ms) => ms > 0));
  }

  #intervalLeftMs(limit: RunningLimit, nowMs: number): number {
    const lastMs = this.#lastMatchAtMs.get(limitKey(limit));
    if (limit.minIntervalS === undefined || lastMs === undefined) return 0;
    return lastMs + limit.minIntervalS * 1000 - nowMs;
  }

  /** Hears when an attempt that limits counted is over: pilots that found all closed may ask again. */
  onFreed(listener: () => void): void {
    this.#listeners.add(listener);
  }

  freed(key: string): void {
    this.changed(key, -1);
    for (const listener of this.#listeners) listener();
  }

  /** The first of `limits` that forbids the job now. */
  obstacle(limits: readonly RunningLimit[], job: Limited, nowMs: number): RunningLimit | undefined {
    return limits.find((limit) => appliesTo(limit, job) && this.isReached(limit, nowMs));
  }

  running(limit: RunningLimit): number {
    return this.#running.get(limitKey(limit)) ?? 0;
  }

  changed(key: string, by: number, lastMatchAtMs?: number): void {
    this.#running.set(key, Math.max(0, (this.#running.get(key) ?? 0) + by));
    if (lastMatchAtMs !== undefined) this.#lastMatchAtMs.set(key, lastMatchAtMs);
  }

  /** The database said no: believe it until an attempt ends or the interval is over. */
  reached(limit: RunningLimit, nowMs: number): void {
    const key = limitKey(limit);
    if (limit.maxRunning !== undefined)
      this.#running.set(key, Math.max(this.running(limit), limit.maxRunning));
    if (limit.minIntervalS !== undefined) this.#lastMatchAtMs.set(key, nowMs);
  }
}
