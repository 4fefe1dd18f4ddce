/**
 * Group commit on PostgreSQL (DESIGN D5): works that arrive while a transaction is under way share the next one and
 * are answered after it is durable. A group runs together at first; when a row turns out to be stale it runs again
 * as the only writer, when one of its works fails it runs again with that work isolated, and at last each alone.
 */
import type { Work, WorkHints } from './database.ts';
import { isConflict, isStale } from './dialect.ts';
import type { PostgresConnection } from './postgres-connection.ts';
import { PostgresTransaction, type Mode } from './postgres-transaction.ts';
import type { RowMemory } from './row-memory.ts';
import { StaleRow } from './unit-of-work.ts';

interface Pending {
  readonly work: () => Work<unknown>;
  readonly hints: WorkHints;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

interface Outcome {
  readonly settle: () => void;
  readonly effects: readonly (() => void)[];
}

type Attempt =
  | { readonly kind: 'durable'; readonly taken: number; readonly outcomes: readonly Outcome[] }
  | { readonly kind: 'failed'; readonly taken: number; readonly error: unknown };

export interface PostgresGroupCommitParts {
  /** The writing connection, opened when there is none. Throws what the works are to be answered with. */
  readonly connection: () => Promise<PostgresConnection>;
  readonly memory: RowMemory;
  readonly sender: string;
  /** Called after each durable group. */
  readonly committed: () => void;
  readonly translate: (error: unknown) => unknown;
}

/** A group takes no more works after this time, so that the first ones get their answer. */
const longestGroupMs = 50;
/** Works that only got in each other's way are tried so often. */
const mostAttempts = 10;

const isWorthAnother = (error: unknown): boolean =>
  error instanceof StaleRow || isStale(error) || isConflict(error);

export class PostgresGroupCommit {
  readonly #parts: PostgresGroupCommitParts;
  #queue: Pending[] = [];
  #running: Promise<void> | undefined;

  constructor(parts: PostgresGroupCommitParts) {
    this.#parts = parts;
  }

  submit<T>(work: () => Work<T>, hints: WorkHints = {}): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ work, hints, resolve: resolve as (value: unknown) => void, reject });
      this.#running ??= this.#drain();
    });
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #drain(): Promise<void> {
    do {
      // What arrives in one turn shares a transaction, and so do those who ask again once they were answered.
      await new Promise(setImmediate);
      await this.#runGroup();
    } while (this.#queue.length > 0);
    this.#running = undefined;
  }

  async #runGroup(): Promise<void> {
    const waiting = this.#queue;
    this.#queue = [];
    let connection: PostgresConnection;
    try {
      connection = await this.#parts.connection();
    } catch (error) {
      for (const one of waiting) one.reject(error);
      return;
    }
    const attempt = await this.#attempt(connection, waiting, 'together');
    this.#queue = waiting.slice(attempt.taken).concat(this.#queue);
    if (attempt.kind === 'durable') this.#settle(attempt.outcomes);
    else await this.#again(connection, waiting.slice(0, attempt.taken), attempt.error);
  }

  /** The group failed together: from now on all of it is run, without a limit of time. */
  async #again(connection: PostgresConnection, group: readonly Pending[], failure: unknown): Promise<void> {
    let error = failure;
    let mode: Mode = isWorthAnother(error) ? 'exclusive' : 'isolated';
    for (let attempts = 1; attempts < mostAttempts && !connection.isLost; attempts++) {
      const attempt = await this.#attempt(connection, group, mode);
      if (attempt.kind === 'durable') return this.#settle(attempt.outcomes);
      error = attempt.error;
      if (mode === 'isolated' && !isWorthAnother(error)) break;
      mode = 'isolated';
    }
    if (group.length > 1 && !connection.isLost) {
      for (const one of group) await this.#again(connection, [one], error);
      return;
    }
    this.#settle(group.map((one) => this.#refusal(one, error)));
  }

  async #attempt(connection: PostgresConnection, waiting: readonly Pending[], mode: Mode): Promise<Attempt> {
    const { memory, sender } = this.#parts;
    const transaction = new PostgresTransaction({ connection, memory, mode, sender });
    const outcomes: Outcome[] = [];
    const startedAt = performance.now();
    transaction.begin();
    try {
      if (mode !== 'isolated') await transaction.prefetch(waiting.map(({ hints }) => hints));
      for (const one of waiting) {
        const isLate = performance.now() - startedAt > longestGroupMs;
        if (mode === 'together' && isLate && outcomes.length > 0) break;
        outcomes.push(await this.#runOne(transaction, one, mode));
      }
      await transaction.commit();
      return { kind: 'durable', taken: outcomes.length, outcomes };
    } catch (error) {
      await transaction.rollback();
      return { kind: 'failed', taken: Math.min(waiting.length, outcomes.length + 1), error };
    }
  }

  async #runOne(transaction: PostgresTransaction, one: Pending, mode: Mode): Promise<Outcome> {
    const changes = transaction.changes;
    try {
      const work = one.work();
      const { value, effects } = await (mode === 'isolated'
        ? transaction.runIsolated(work)
        : transaction.run(work));
      return { settle: () => one.resolve(value), effects };
    } catch (error) {
      // A work that gave up before it changed anything leaves nothing to undo.
      const isAlone = transaction.failure === undefined && transaction.changes === changes;
      if (isAlone || mode === 'isolated') return this.#refusal(one, error);
      throw error;
    }
  }

  #refusal(one: Pending, error: unknown): Outcome {
    const reason = this.#parts.translate(error);
    return { settle: () => one.reject(reason), effects: [] };
  }

  #settle(outcomes: readonly Outcome[]): void {
    try {
      for (const { effects } of outcomes) for (const effect of effects) effect();
    } finally {
      for (const { settle } of outcomes) settle();
      this.#parts.committed();
    }
  }
}
