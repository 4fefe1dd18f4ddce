/**
 * Which kinds of task queues fit an offer. Queues that differ only in owner and group are of one kind, and rules are
 * asked once a kind, of those only that the words of the rules (VO, site) can let pass; the answer is remembered for offers that no rule can tell
 * apart. So a match costs the same however many kinds there are.
 */
import { RecentMap } from '../kernel/recent-map.ts';
import { neededMemoryMiB, type TaskQueueRequirements } from '../task-queues/task-queue.ts';
import type { RuleWords } from './match-rule.ts';
import type { ResourceOffer } from './resource.ts';

export interface QueueClass<Entry> {
  readonly key: string;
  readonly example: TaskQueueRequirements;
  readonly entries: Set<Entry>;
}

const mostRememberedOffers = 10_000;
const mostClasses = 20_000;

export class OfferClasses<Entry> {
  readonly #fits: (requirements: TaskQueueRequirements, offer: ResourceOffer) => boolean;
  readonly #classes = new Map<string, QueueClass<Entry>>();
  readonly #words: readonly RuleWords[];
  /** Kinds by the words they want; one that takes several stands in several places. */
  readonly #places = new Map<string, Set<QueueClass<Entry>>>();
  readonly #remembered = new RecentMap<string, readonly QueueClass<Entry>[]>(mostRememberedOffers);
  #thresholds: Thresholds | undefined;

  constructor(
    fits: (requirements: TaskQueueRequirements, offer: ResourceOffer) => boolean,
    words: readonly RuleWords[] = [],
  ) {
    this.#fits = fits;
    this.#words = words;
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
    this.#remembered.set(key, fitting);
    return fitting;
  }

  /** All that the rules with words can let pass. */
  *#candidates(offer: ResourceOffer): Iterable<QueueClass<Entry>> {
    for (const place of places(this.#words.map((rule) => [anyWord, rule.offered(offer)])))
      yield* this.#places.get(place) ?? [];
  }

  #placesOf(example: TaskQueueRequirements): readonly string[] {
    return places(
      this.#words.map((rule) => {
        const wanted = rule.wanted(example);
        return wanted.length === 0 ? [anyWord] : wanted;
      }),
    );
  }

  #newClass(key: string, example: TaskQueueRequirements): QueueClass<Entry> {
    const made: QueueClass<Entry> = { key, example, entries: new Set() };
    this.#dropEmptyClasses();
    this.#classes.set(key, made);
    for (const place of this.#placesOf(example))
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
    for (const place of this.#placesOf(dropped.example)) {
      const there = this.#places.get(place);
      there?.delete(dropped);
      if (there?.size === 0) this.#places.delete(place);
    }
  }
}

const anyWord = '';

/** Every way to take one word of each list, as keys. */
const places = (lists: readonly (readonly string[])[]): readonly string[] =>
  lists.reduce<readonly string[]>(
    (keys, words) => keys.flatMap((key) => words.map((word) => `${key}\n${word}`)),
    [''],
  );

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
