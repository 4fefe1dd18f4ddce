/**
 * Which kinds of task queues fit an offer. Queues that differ only in owner and group are of one kind, and rules are
 * asked once a kind, of the offer's VO and site only; the answer is remembered for offers that no rule can tell
 * apart. So a match costs the same however many kinds there are.
 */
import { neededMemoryMiB, type TaskQueueRequirements } from '../task-queues/task-queue.ts';
import type { ResourceOffer } from './resource.ts';

export interface QueueClass<Entry> {
  readonly key: string;
  readonly example: TaskQueueRequirements;
  readonly entries: Set<Entry>;
}

const mostRememberedOffers = 5000;
const mostClasses = 20_000;

export class OfferClasses<Entry> {
  readonly #fits: (requirements: TaskQueueRequirements, offer: ResourceOffer) => boolean;
  readonly #classes = new Map<string, QueueClass<Entry>>();
  /** Kinds by `placeKey`; one that names several sites stands in several places. */
  readonly #places = new Map<string, Set<QueueClass<Entry>>>();
  readonly #remembered = new Map<string, readonly QueueClass<Entry>[]>();
  #thresholds: Thresholds | undefined;

  constructor(fits: (requirements: TaskQueueRequirements, offer: ResourceOffer) => boolean) {
    this.#fits = fits;
  }

  get size(): number {
    return this.#classes.size;
  }

  /** Puts what `make` makes into its class. */
  add(requirements: TaskQueueRequirements, make: (of: QueueClass<Entry>) => Entry): Entry {
    const key = classKey(requirements);
    const known = this.#classes.get(key) ?? this.#newClass(key, requirements);
    const entry = make(known);
    known.entries.add(entry);
    return entry;
  }

  fitting(offer: ResourceOffer): readonly QueueClass<Entry>[] {
    this.#thresholds ??= thresholdsOf([...this.#classes.values()].map((each) => each.example));
    const key = offerKey(offer, this.#thresholds);
    const known = this.#remembered.get(key);
    if (known) return known;
    const fitting = [...this.#candidates(offer)].filter((each) => this.#fits(each.example, offer));
    if (this.#remembered.size >= mostRememberedOffers) this.#remembered.clear();
    this.#remembered.set(key, fitting);
    return fitting;
  }

  /** All that the rules for VO and site can let pass. */
  *#candidates({ site, vo }: ResourceOffer): Iterable<QueueClass<Entry>> {
    yield* this.#places.get(placeKey(vo, anySite)) ?? [];
    yield* this.#places.get(placeKey(vo, site)) ?? [];
  }

  #newClass(key: string, example: TaskQueueRequirements): QueueClass<Entry> {
    const made: QueueClass<Entry> = { key, example, entries: new Set() };
    this.#dropEmptyClasses();
    this.#classes.set(key, made);
    for (const place of placesOf(example))
      this.#places.set(place, (this.#places.get(place) ?? new Set()).add(made));
    this.#remembered.clear();
    this.#thresholds = undefined;
    return made;
  }

  /** Empty classes stay, because the same kind of job tends to come again, until there are too many. */
  #dropEmptyClasses(): void {
    if (this.#classes.size <= mostClasses) return;
    for (const each of this.#classes.values()) if (each.entries.size === 0) this.#drop(each);
  }

  #drop(dropped: QueueClass<Entry>): void {
    this.#classes.delete(dropped.key);
    for (const place of placesOf(dropped.example)) {
      const there = this.#places.get(place);
      there?.delete(dropped);
      if (there?.size === 0) this.#places.delete(place);
    }
  }
}

const anySite = '';

const placeKey = (vo: string, site: string): string => `${vo}\n${site}`;

const placesOf = ({ sites, vo }: TaskQueueRequirements): readonly string[] =>
  (sites.length === 0 ? [anySite] : sites).map((site) => placeKey(vo, site));

interface Thresholds {
  readonly cpuTimeS: readonly number[];
  readonly wallTimeS: readonly number[];
  readonly memoryMiB: readonly number[];
  readonly diskMiB: readonly number[];
}

const ascending = (values: readonly number[]): readonly number[] =>
  [...new Set(values)].sort((a, b) => a - b);

const thresholdsOf = (all: readonly TaskQueueRequirements[]): Thresholds => ({
  cpuTimeS: ascending(all.map((one) => one.cpuTimeS)),
  wallTimeS: ascending(all.map((one) => one.wallTimeS ?? 0)),
  memoryMiB: ascending(all.map(neededMemoryMiB)),
  diskMiB: ascending(all.map((one) => one.diskMiB)),
});

/** The largest threshold the value reaches: two offers between the same two thresholds fit the same queues. */
function step(thresholds: readonly number[], value: number): number {
  let reached = -1;
  for (const threshold of thresholds) {
    if (threshold > value) break;
    reached = threshold;
  }
  return reached;
}

const offerKey = (offer: ResourceOffer, thresholds: Thresholds): string =>
  JSON.stringify({
    ...offer,
    cpuTimeLeftS: step(thresholds.cpuTimeS, offer.cpuTimeLeftS),
    wallTimeLeftS: step(thresholds.wallTimeS, offer.wallTimeLeftS ?? offer.cpuTimeLeftS),
    memoryMiB: step(thresholds.memoryMiB, offer.memoryMiB),
    diskMiB: step(thresholds.diskMiB, offer.diskMiB),
  });

const classKey = (requirements: TaskQueueRequirements): string =>
  JSON.stringify({ ...requirements, owner: '', ownerGroup: '' });
