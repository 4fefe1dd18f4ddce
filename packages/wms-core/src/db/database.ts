/**
 * The database port. Work is written once as a generator that yields statements; SQLite runs it
 * synchronously inside a group commit, PostgreSQL asynchronously inside a transaction (ADR 0003).
 *
 *   function* jobName(jobId: number): Work<string | undefined> {
 *     const row = yield* one<{ name: string }>('select name from jobs where job_id = $1', [jobId]);
 *     return row?.name;
 *   }
 *   await database.write(() => jobName(7));
 *
 * SQL is the common ground of both engines with `$1` placeholders (style.md §9); what differs lives in
 * `dialect.ts`. Rows come back as plain objects with the column names of the statement.
 */
export type SqlValue = string | number | bigint | null | Uint8Array;
export type Row = Readonly<Record<string, SqlValue>>;

export interface Statement {
  readonly kind: 'statement';
  readonly sql: string;
  readonly params: readonly SqlValue[];
}

/** Runs `effect` once the transaction is durable; never when it rolls back. In-memory indexes hang here. */
export interface AfterCommit {
  readonly kind: 'afterCommit';
  readonly effect: () => void;
}

export type Step = Statement | AfterCommit;
export type Work<T> = Generator<Step, T, readonly Row[]>;

export type Engine = 'sqlite' | 'postgres';

export interface Database {
  readonly engine: Engine;
  /**
   * One transaction, committed together with others that arrive in the same turn; resolves only when it is
   * durable. A throw rolls back this work alone. `work` may be started again after a rolled back group,
   * so it must have no effects of its own; use `afterCommit`.
   */
  write<T>(work: () => Work<T>): Promise<T>;
  /** Cheap reads by key; sees everything committed so far. */
  read<T>(work: () => Work<T>): Promise<T>;
  /** Searches, counts, lists: run beside the writer (worker thread on SQLite), so they never stall it. */
  readHeavy<T>(work: () => Work<T>): Promise<T>;
  /** Calls `listener` after transactions became durable, once per group. Returns the way to stop it. */
  onCommit(listener: () => void): () => void;
  /** A consistent copy of the whole database while it is in use. SQLite only; throws on others. */
  backup(path: string): Promise<void>;
  close(): Promise<void>;
}

/** All rows of a statement. */
export function* rows<R extends object = Row>(
  sql: string,
  params: readonly SqlValue[] = [],
): Work<readonly R[]> {
  return (yield { kind: 'statement', sql, params }) as unknown as readonly R[];
}

/** The first row, undefined when there is none. */
export function* one<R extends object = Row>(
  sql: string,
  params: readonly SqlValue[] = [],
): Work<R | undefined> {
  return (yield* rows<R>(sql, params))[0];
}

/** A statement whose rows are of no interest. */
export function* run(sql: string, params: readonly SqlValue[] = []): Work<void> {
  yield { kind: 'statement', sql, params };
}

export function* afterCommit(effect: () => void): Work<void> {
  yield { kind: 'afterCommit', effect };
}

/** Work that touches nothing and answers with `value`; for ports that are left out. */
// oxlint-disable-next-line require-yield -- that is the point
export function* nothing<T>(value: T): Work<T> {
  return value;
}
