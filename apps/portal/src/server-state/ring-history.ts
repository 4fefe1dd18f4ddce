/**
 * What rang lately, so that an answer can be brought up to date by a window that began to listen after it was asked for,
 * or that was closed meanwhile: pure.
 */
import { mergeChanged, nothingChanged, type Changed } from './live-rules.ts';

/** Four rings a second at most: some minutes. */
const mostKept = 1000;

export class RingHistory {
  #kept: Changed[] = [];
  #count = 0;

  /** How many there were. To be noted before a question is asked. */
  get count(): number {
    return this.#count;
  }

  add(changed: Changed): void {
    this.#count += 1;
    this.#kept.push(changed);
    if (this.#kept.length > mostKept) this.#kept.shift();
  }

  /** All that rang since there were so many; undefined when that is forgotten. */
  since(count: number): Changed | undefined {
    const missed = this.#count - count;
    if (missed > this.#kept.length) return undefined;
    return this.#kept.slice(this.#kept.length - missed).reduce(mergeChanged, nothingChanged);
  }
}
