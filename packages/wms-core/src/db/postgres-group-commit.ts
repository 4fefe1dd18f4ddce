/**
 * Group commit on PostgreSQL (DESIGN D5): works that arrive while a transaction is under way share the next one and
 * are answered after it is durable. A group runs together at first; when a row turns out to be stale it runs again
 * as the only writer, when one of its works fails it runs again with that work isolated, and at last each alone.
 *
 * While the server writes one group, the next one runs and is sent behind it on the same connection (ADR 0024).
 */
import type { Work, WorkHints } from './database.ts';
import { isConflict, isStale } from './dialect.ts';
import type { PostgresConnection, RunLater } from './postgres-connection.ts';
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

interface Failure {
  readonly error: unknown;
}

/** What became of the works of a group before its commit. */
interface Run {
  readonly outcomes: readonly Outcome[];
  /** So many works were run. */
  readonly taken: number;
  readonly failure?: Failure;
}

/** A group whose statements are on their way, the last one among them. */
interface Sent {
  readonly group: readonly Pending[];
  readonly outcomes: readonly Outcome[];
  readonly connection: PostgresConnection;
  readonly transaction: PostgresTransaction;
  /** False when a work failed and it was rolled back. */
  readonly isCommitting: boolean;
  /** Resolves when it is durable or nothing of it is stored; never rejects. */
  readonly ended: Promise<Failure | undefined>;
}

export interface PostgresGroupCommitParts {
  /** The writing connection, opened when there is none. Throws what the works are to be answered with. */
  readonly connection: () => Promise<PostgresConnection>;
  /** Reads beside it. */
  readonly fetch: RunLater;
  readonly memory: RowMemory;
  readonly sender: string;
  /** Called after each durable group. */
  readonly committed: () => void;
  readonly translate: (error: unknown) => unknown;
}

/** A group takes no more works after this time, so that the first ones get their answer. */
const longestGroupMs = 50;
/**
 * And no more than this: with all that wait in one group, process and server would take turns instead of working beside
 * each other.
 */
const mostWorks = 256;
/** Works that only got in each other's way are tried so often. */
const mostAttempts = 10;

const isWorthAnother = (error: unknown): boolean =>
  error instanceof StaleRow || isStale(error) || isConflict(error);

export class PostgresGroupCommit {
  readonly #parts: PostgresGroupCommitParts;
  #queue: Pending[] = [];
  #started = 0;
  #arrival = Promise.withResolvers<void>();
  #running: Promise<void> | undefined;

  constructor(parts: PostgresGroupCommitParts) {
    this.#parts = parts;
  }

  submit<T>(work: () => Work<T>, hints: WorkHints = {}): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ work, hints, resolve: resolve as (value: unknown) => void, reject });
      this.#arrival.resolve();
      this.#running ??= this.#drain();
    });
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #drain(): Promise<void> {
    let ahead: Sent | undefined;
    do {
      // What arrives in one turn shares a transaction, and so do those who ask again once they were answered.
      await new Promise(setImmediate);
      const next = (await this.#isTimeBehind(ahead)) ? await this.#runGroup(ahead) : undefined;
      if (ahead) await this.#conclude(ahead, next);
      ahead = next;
    } while (ahead || this.#queue.length > 0);
    this.#running = undefined;
  }

  /**
   * True as soon as works wait and the group ahead is the one that writes: what it leaves is what they will find. False
   * when it ended before.
   */
  #isTimeBehind(ahead: Sent | undefined): boolean | Promise<boolean> {
    if (!ahead) return this.#queue.length > 0;
    const isOver = ahead.ended.then(() => false);
    if (!ahead.isCommitting) return isOver;
    const isTime = Promise.all([this.#arrival.promise, ahead.transaction.locked]).then(() => true);
    return Promise.race([isOver, isTime]);
  }

  /** Runs what waits and sends it, behind a group that is on its way; undefined when there is no connection for it. */
  async #runGroup(ahead: Sent | undefined): Promise<Sent | undefined> {
    const waiting = this.#queue.slice(0, mostWorks);
    this.#queue = this.#queue.slice(mostWorks);
    this.#arrival = Promise.withResolvers();
    let connection: PostgresConnection;
    try {
      connection = await this.#parts.connection();
    } catch (error) {
      for (const one of waiting) one.reject(error);
      return undefined;
    }
    const transaction = this.#begin(connection, 'together', ahead?.transaction);
    const { outcomes, taken, failure } = await this.#runAll(transaction, waiting, 'together');
    this.#queue = waiting.slice(taken).concat(this.#queue);
    if (this.#queue.length > 0) this.#arrival.resolve();
    const ended = failure ? undo(transaction, failure) : commit(transaction);
    const group = waiting.slice(0, taken);
    return { group, outcomes, connection, transaction, isCommitting: !failure, ended };
  }

  /** Waits for the end of a group and answers it, or runs it again. */
  async #conclude({ connection, ended, group, outcomes }: Sent, next: Sent | undefined): Promise<void> {
    const failure = await ended;
    if (!failure) {
      this.#settle(outcomes);
      return;
    }
    // What was sent behind it fails too, see `PostgresTransaction.begin`; it must be over before this connection begins anew.
    await next?.ended;
    await this.#again(connection, group, failure.error);
  }

  /** The group failed together: from now on all of it is run, without a limit of time. */
  async #again(connection: PostgresConnection, group: readonly Pending[], first: unknown): Promise<void> {
    let error = first;
    let mode: Mode = isWorthAnother(error) ? 'exclusive' : 'isolated';
    for (let attempts = 1; attempts < mostAttempts && !connection.isLost; attempts++) {
      const failure = await this.#attempt(connection, group, mode);
      if (!failure) return;
      error = failure.error;
      if (mode === 'isolated' && !isWorthAnother(error)) break;
      mode = 'isolated';
    }
    if (group.length > 1 && !connection.isLost) {
      for (const one of group) await this.#again(connection, [one], error);
      return;
    }
    this.#settle(group.map((one) => this.#refusal(one, error)));
  }

  async #attempt(
    connection: PostgresConnection,
    group: readonly Pending[],
    mode: Mode,
  ): Promise<Failure | undefined> {
    const transaction = this.#begin(connection, mode);
    const { outcomes, failure } = await this.#runAll(transaction, group, mode);
    const failed = await (failure ? undo(transaction, failure) : commit(transaction));
    if (!failed) this.#settle(outcomes);
    return failed;
  }

  #begin(connection: PostgresConnection, mode: Mode, ahead?: PostgresTransaction): PostgresTransaction {
    const { fetch, memory, sender } = this.#parts;
    this.#started++;
    const transaction = new PostgresTransaction({
      connection,
      memory,
      mode,
      sender,
      mark: String(this.#started),
      ...(ahead && { behind: { mark: ahead.mark, fetch } }),
    });
    transaction.begin();
    return transaction;
  }

  async #runAll(transaction: PostgresTransaction, waiting: readonly Pending[], mode: Mode): Promise<Run> {
    const outcomes: Outcome[] = [];
    const startedAt = performance.now();
    try {
      if (mode !== 'isolated') await transaction.prefetch(waiting.map(({ hints }) => hints));
      for (const one of waiting) {
        const isLate = performance.now() - startedAt > longestGroupMs;
        if (mode === 'together' && isLate && outcomes.length > 0) break;
        outcomes.push(await this.#runOne(transaction, one, mode));
      }
      return { outcomes, taken: outcomes.length };
    } catch (error) {
      return { outcomes, taken: Math.min(waiting.length, outcomes.length + 1), failure: { error } };
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

/** Sends what is left before it returns. */
const commit = (transaction: PostgresTransaction): Promise<Failure | undefined> =>
  transaction.commit().then(
    () => undefined,
    (error: unknown) => ({ error }),
  );

const undo = async (transaction: PostgresTransaction, failure: Failure): Promise<Failure> => {
  await transaction.rollback();
  return failure;
};
