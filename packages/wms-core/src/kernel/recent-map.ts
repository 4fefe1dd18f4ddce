/**
 * A map of bounded size that forgets what was not set lately. Pure.
 *
 * Two generations instead of an order of use: what was not set again while the younger one filled up goes with the older
 * one, all at once. To take the first key of a large `Map`, again and again, costs more than what is usually saved by
 * remembering, because it looks through all places that became empty before.
 */
export class RecentMap<K, V> {
  readonly #mostYoung: number;
  #young = new Map<K, V>();
  #old = new Map<K, V>();

  /** Keeps `most` keys at most, and those half as many that were set last for certain. */
  constructor(most: number) {
    this.#mostYoung = Math.max(1, Math.floor(most / 2));
  }

  get(key: K): V | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  set(key: K, value: V): void {
    if (this.#young.size >= this.#mostYoung && !this.#young.has(key)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }

  delete(key: K): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }
}
