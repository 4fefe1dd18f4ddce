/**
 * Group commit (DESIGN D5, stack.md §6.6): what arrives in one turn of the event loop shares a transaction
 * and is answered after it is durable. A group runs without savepoints; only when one of its operations
 * throws is it rolled back and run again with them, so that the bad one does not spoil the others.
 */
import type { RunSql } from './sqlite-statements.ts';
import { drive, type Effects } from './drive.ts';
import type { Work } from './database.ts';

interface Pending {
  readonly work: () => Work<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

interface Outcome {
  readonly settle: () => void;
  readonly effects: Effects;
}

/** A group stops growing after this time, so that other work of the process gets its turn. */
const longestGroupMs = 20;

export class GroupCommit {
  readonly #run: RunSql;
  readonly #isInTransaction: () => boolean;
  readonly #committed: () => void;
  readonly #translate: (error: unknown) => unknown;
  #queue: Pending[] = [];
  #isScheduled = false;

  constructor(parts: {
    readonly run: RunSql;
    readonly isInTransaction: () => boolean;
    /** Called after each durable group. */
    readonly committed: () => void;
    readonly translate: (error: unknown) => unknown;
  }) {
    this.#run = parts.run;
    this.#isInTransaction = parts.isInTransaction;
    this.#committed = parts.committed;
    this.#translate = parts.translate;
  }

  submit<T>(work: () => Work<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ work, resolve: resolve as (value: unknown) => void, reject });
      this.#schedule();
    });
  }

  /** Commits everything that waits, at once. */
  drain(): void {
    while (this.#queue.length > 0) this.#drainGroup();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      try {
        this.#drainGroup();
      } finally {
        if (this.#queue.length > 0) this.#schedule();
      }
    });
  }

  #drainGroup(): void {
    const waiting = this.#queue;
    if (waiting.length === 0) return;
    this.#queue = [];
    const { taken, outcomes } = this.#runTogether(waiting);
    const group = waiting.slice(0, taken);
    this.#queue = waiting.slice(taken).concat(this.#queue);
    this.#settle(outcomes ?? this.#runIsolated(group) ?? group.map((one) => this.#runAlone(one)));
  }

  /** undefined outcomes: an operation or the commit failed and nothing is stored. */
  #runTogether(waiting: readonly Pending[]): { taken: number; outcomes: readonly Outcome[] | undefined } {
    const outcomes: Outcome[] = [];
    const startedAt = performance.now();
    try {
      this.#run('begin immediate', []);
      for (const one of waiting) {
        if (outcomes.length > 0 && performance.now() - startedAt > longestGroupMs) break;
        outcomes.push(this.#runOne(one));
      }
      this.#run('commit', []);
      return { taken: outcomes.length, outcomes };
    } catch {
      this.#rollBack();
      return { taken: Math.min(waiting.length, outcomes.length + 1), outcomes: undefined };
    }
  }

  #runIsolated(group: readonly Pending[]): readonly Outcome[] | undefined {
    if (group.length < 2) return undefined;
    try {
      this.#run('begin immediate', []);
      const outcomes = group.map((one) => this.#runInSavepoint(one));
      this.#run('commit', []);
      return outcomes;
    } catch {
      this.#rollBack();
      return undefined;
    }
  }

  #runInSavepoint(one: Pending): Outcome {
    this.#run('savepoint operation', []);
    let outcome: Outcome;
    try {
      outcome = this.#runOne(one);
    } catch (error) {
      this.#run('rollback to operation', []);
      outcome = this.#refusal(one, error);
    }
    this.#run('release operation', []);
    return outcome;
  }

  #runAlone(one: Pending): Outcome {
    try {
      this.#run('begin immediate', []);
      const outcome = this.#runOne(one);
      this.#run('commit', []);
      return outcome;
    } catch (error) {
      this.#rollBack();
      return this.#refusal(one, error);
    }
  }

  #refusal(one: Pending, error: unknown): Outcome {
    const reason = this.#translate(error);
    return { settle: () => one.reject(reason), effects: [] };
  }

  #runOne(one: Pending): Outcome {
    const { value, effects } = drive(one.work(), this.#run);
    return { settle: () => one.resolve(value), effects };
  }

  #settle(outcomes: readonly Outcome[]): void {
    try {
      for (const { effects } of outcomes) for (const effect of effects) effect();
    } finally {
      for (const { settle } of outcomes) settle();
      this.#committed();
    }
  }

  #rollBack(): void {
    if (this.#isInTransaction()) this.#run('rollback', []);
  }
}
