/**
 * Group commit (DESIGN D5, stack.md §6.6): what arrives in one turn of the event loop shares a transaction
 * and is answered after it is durable. A group runs without savepoints; only when one of its operations
 * throws is it rolled back and run again with them, so that the bad one does not spoil the others.
 *
 * A commit does not wait for the disk: while what was committed is made durable, the next groups run (ADR 0018).
 */
import type { Work } from './database.ts';
import { drive } from './drive.ts';
import { RowMemory } from './row-memory.ts';
import { SqliteSession } from './sqlite-session.ts';
import type { LogSync } from './log-sync.ts';
import type { RunSql } from './sqlite-statements.ts';

interface Pending {
  readonly work: () => Work<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

interface Outcome {
  readonly settle: () => void;
  readonly refuse: (reason: unknown) => void;
  readonly effects: readonly (() => void)[];
}

/** A group stops growing after this time, so that other work of the process gets its turn. */
const longestGroupMs = 10;

export class GroupCommit {
  readonly #run: RunSql;
  readonly #isInTransaction: () => boolean;
  readonly #committed: () => void;
  readonly #translate: (error: unknown) => unknown;
  readonly #memory = new RowMemory();
  readonly #log: Pick<LogSync, 'sync' | 'syncNow'>;
  #queue: Pending[] = [];
  #isScheduled = false;
  /** Committed and not durable yet, in order. */
  #committedOutcomes: Outcome[] = [];
  #syncing: readonly Outcome[] = [];
  #failure: { readonly error: unknown } | undefined;

  constructor(parts: {
    readonly run: RunSql;
    readonly log: Pick<LogSync, 'sync' | 'syncNow'>;
    readonly isInTransaction: () => boolean;
    /** Called after each durable group. */
    readonly committed: () => void;
    readonly translate: (error: unknown) => unknown;
  }) {
    this.#run = parts.run;
    this.#log = parts.log;
    this.#isInTransaction = parts.isInTransaction;
    this.#committed = parts.committed;
    this.#translate = parts.translate;
  }

  submit<T>(work: () => Work<T>): Promise<T> {
    if (this.#failure) return Promise.reject(this.#translate(this.#failure.error));
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ work, resolve: resolve as (value: unknown) => void, reject });
      this.#schedule();
    });
  }

  /** Commits everything that waits and makes it durable, at once. */
  drain(): void {
    while (this.#queue.length > 0) this.#drainGroup();
    const outcomes = [...this.#syncing, ...this.#committedOutcomes];
    this.#syncing = [];
    this.#committedOutcomes = [];
    if (outcomes.length === 0) return;
    try {
      this.#log.syncNow();
    } catch (error) {
      this.#notDurable(outcomes, error);
      return;
    }
    this.#settle(outcomes);
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
    this.#committedOutcomes.push(
      ...(outcomes ?? this.#runIsolated(group) ?? group.map((one) => this.#runAlone(one))),
    );
    this.#startSync();
  }

  /** One sync at a time; what is committed meanwhile shares the next. */
  #startSync(): void {
    if (this.#syncing.length > 0 || this.#committedOutcomes.length === 0) return;
    const outcomes = this.#committedOutcomes;
    this.#committedOutcomes = [];
    this.#syncing = outcomes;
    void this.#log.sync().then(
      () => this.#synced(outcomes),
      (error: unknown) => this.#synced(outcomes, { error }),
    );
  }

  #synced(outcomes: readonly Outcome[], failure?: { readonly error: unknown }): void {
    if (this.#syncing !== outcomes) return; // `drain` was faster
    this.#syncing = [];
    if (failure) {
      this.#notDurable(outcomes, failure.error);
      return;
    }
    this.#startSync();
    this.#settle(outcomes);
  }

  /**
   * The disk may have lost what the system forgets it has not written. Nobody can tell what is stored, so nothing is
   * written any more; a new process begins with what the log holds.
   */
  #notDurable(outcomes: readonly Outcome[], error: unknown): void {
    this.#failure ??= { error };
    const reason = this.#translate(this.#failure.error);
    for (const { refuse } of [...outcomes, ...this.#committedOutcomes.splice(0)]) refuse(reason);
    for (const { reject } of this.#queue.splice(0)) reject(reason);
  }

  /** undefined outcomes: an operation or the commit failed and nothing is stored. */
  #runTogether(waiting: readonly Pending[]): { taken: number; outcomes: readonly Outcome[] | undefined } {
    const outcomes: Outcome[] = [];
    const startedAt = performance.now();
    try {
      this.#run('begin immediate', []);
      const session = new SqliteSession(this.#run, this.#memory);
      for (const one of waiting) {
        if (outcomes.length > 0 && performance.now() - startedAt > longestGroupMs) break;
        outcomes.push(this.#runOne(one, session));
      }
      this.#commit([session]);
      return { taken: outcomes.length, outcomes };
    } catch {
      this.#rollBack();
      return { taken: Math.min(waiting.length, outcomes.length + 1), outcomes: undefined };
    }
  }

  /** Each work under a savepoint and with eyes of its own, because what a failed one saw never was. */
  #runIsolated(group: readonly Pending[]): readonly Outcome[] | undefined {
    if (group.length < 2) return undefined;
    const sessions: SqliteSession[] = [];
    try {
      this.#run('begin immediate', []);
      const outcomes = group.map((one) => this.#runInSavepoint(one, sessions));
      this.#commit(sessions);
      return outcomes;
    } catch {
      this.#rollBack();
      return undefined;
    }
  }

  #runInSavepoint(one: Pending, sessions: SqliteSession[]): Outcome {
    const session = new SqliteSession(this.#run);
    this.#run('savepoint operation', []);
    let outcome: Outcome;
    try {
      outcome = this.#runOne(one, session);
      session.flush();
      sessions.push(session);
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
      const session = new SqliteSession(this.#run);
      const outcome = this.#runOne(one, session);
      this.#commit([session]);
      return outcome;
    } catch (error) {
      this.#rollBack();
      return this.#refusal(one, error);
    }
  }

  #commit(sessions: readonly SqliteSession[]): void {
    for (const session of sessions) session.flush();
    this.#run('commit', []);
    for (const session of sessions) session.remember(this.#memory);
  }

  #refusal(one: Pending, error: unknown): Outcome {
    const reason = this.#translate(error);
    return { settle: () => one.reject(reason), refuse: one.reject, effects: [] };
  }

  #runOne(one: Pending, session: SqliteSession): Outcome {
    const value = drive(one.work(), session.answer);
    return { settle: () => one.resolve(value), refuse: one.reject, effects: session.takeEffects() };
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
