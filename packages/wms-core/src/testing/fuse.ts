/**
 * Counts statements down to a sudden death: nothing that comes after is carried out, whoever asks. Tests put it
 * between a core and its database.
 */
export interface Crash {
  /** The death comes with the n-th statement from now. */
  readonly statements: number;
  /** after: the statement is carried out, but nobody hears of it, as when a COMMIT is not answered. */
  readonly when: 'before' | 'after';
}

/** run: carry on; last: carry it out and die; dead: do nothing. */
export type Burning = 'run' | 'last' | 'dead';

export class Fuse {
  #left = Number.POSITIVE_INFINITY;
  #when: Crash['when'] = 'before';
  #isBlown = false;

  light({ statements, when }: Crash): void {
    this.#left = statements;
    this.#when = when;
  }

  /** Nothing happens any more, unless it has happened. */
  putOut(): void {
    this.#left = Number.POSITIVE_INFINITY;
  }

  get isBlown(): boolean {
    return this.#isBlown;
  }

  /** To be asked once for each statement. */
  burn(): Burning {
    if (this.#isBlown) return 'dead';
    this.#left -= 1;
    if (this.#left > 0) return 'run';
    this.#isBlown = true;
    return this.#when === 'after' ? 'last' : 'dead';
  }
}
