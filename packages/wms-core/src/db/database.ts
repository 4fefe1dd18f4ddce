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
 *
 * Beside plain statements a work may `load` and `save` rows of an `Entity` and `defer` rows to a `Batch`. Their
 * meaning is that of statements run at once; the engine only gathers them over the works of a group and writes
 * them as few set-based statements, at the latest before the next plain statement and before the commit (ADR 0013).
 */
import type { Batch, ColumnType } from './batch.ts';
import type { Entity } from './entity.ts';

export type SqlValue = string | number | bigint | null | Uint8Array;
export type Row = Readonly<Record<string, SqlValue>>;

export interface Statement {
  readonly kind: 'statement';
  readonly sql: string;
  readonly params: readonly SqlValue[];
  /** The question it asks, when that is one of `Question`. */
  readonly question?: Question;
}

/** A question by key that many ask in the same moment: PostgreSQL answers reading works of one turn together. */
export interface Question {
  /** Of one key, `$1`. */
  readonly one: string;
  /** Of the array of keys `$1`; each row says in `asked` whose it is. */
  readonly many: string;
  readonly key: ColumnType;
}

/**
 * A reading statement that may miss what the works of its group did: nothing has to be written before it. For hints
 * that somebody checks before he acts on them.
 */
export interface Glance {
  readonly kind: 'glance';
  readonly sql: string;
  readonly params: readonly SqlValue[];
  /** As of a statement. */
  readonly question?: Question;
}

/** Runs `effect` once the transaction is durable; never when it rolls back. In-memory indexes hang here. */
export interface AfterCommit {
  readonly kind: 'afterCommit';
  readonly effect: () => void;
}

/** Asks for one row of an entity by its id; answered with that row or with nothing. */
export interface Load {
  readonly kind: 'load';
  readonly entity: Entity;
  readonly id: SqlValue;
}

/**
 * Replaces a row that was loaded in this work; answered with the row as it stands then. When somebody else changed it meanwhile, nothing of the work is
 * stored and it is run again from the start.
 */
export interface Save {
  readonly kind: 'save';
  readonly entity: Entity;
  readonly before: Row;
  readonly after: Row;
}

/** The row of an entity was changed or removed by a plain statement: forget what is remembered of it. */
export interface Evict {
  readonly kind: 'evict';
  readonly entity: Entity;
  readonly id: SqlValue;
}

/**
 * A new row of an entity, written with its group like a deferred one. Works after this one load it without asking
 * the database; `row` is what they would read.
 */
export interface Create {
  readonly kind: 'create';
  readonly entity: Entity;
  readonly row: Row;
  readonly batch: Batch;
  /** In the order of the batch's columns. */
  readonly values: readonly SqlValue[];
}

/** One row for a set-based write. */
export interface Defer {
  readonly kind: 'defer';
  readonly batch: Batch;
  /** In the order of the batch's columns. */
  readonly values: readonly SqlValue[];
}

export type Step = Statement | Glance | AfterCommit | Load | Save | Create | Evict | Defer;
export type Work<T> = Generator<Step, T, readonly Row[]>;

export type Engine = 'sqlite' | 'postgres';

/** What a work will load, so that an engine behind a network can fetch the rows of a whole group at once. */
export interface WorkHints {
  readonly loads?: readonly { readonly entity: Entity; readonly ids: readonly SqlValue[] }[];
}

export interface Database {
  readonly engine: Engine;
  /**
   * One transaction, committed together with others that arrive in the same turn; resolves only when it is
   * durable. A throw rolls back this work alone. `work` may be started again after a rolled back group,
   * so it must have no effects of its own; use `afterCommit`.
   */
  write<T>(work: () => Work<T>, hints?: WorkHints): Promise<T>;
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

/** `select … from … where key = $1`, and what comes after that. */
export function defineQuestion(parts: {
  readonly select: string;
  readonly from: string;
  readonly key: readonly [column: string, type: ColumnType];
  readonly rest?: string;
}): Question {
  const { select, from, rest = '' } = parts;
  const [column, type] = parts.key;
  return {
    one: `select ${select} from ${from} where ${column} = $1 ${rest}`,
    many: `select ${column} as "asked", ${select} from ${from} where ${column} = any($1::${type}[]) ${rest}`,
    key: type,
  };
}

/** All rows that answer a question for a key. */
export function* ask<R extends object = Row>(question: Question, key: SqlValue): Work<readonly R[]> {
  return (yield {
    kind: 'statement',
    sql: question.one,
    params: [key],
    question,
  }) as unknown as readonly R[];
}

/** As `ask`, of rows as they were before this group, or later; see `Glance`. */
export function* askAtAGlance<R extends object = Row>(question: Question, key: SqlValue): Work<readonly R[]> {
  return (yield { kind: 'glance', sql: question.one, params: [key], question }) as unknown as readonly R[];
}

/** All rows of a statement as they were before this group, or later; see `Glance`. */
export function* glance<R extends object = Row>(
  sql: string,
  params: readonly SqlValue[] = [],
): Work<readonly R[]> {
  return (yield { kind: 'glance', sql, params }) as unknown as readonly R[];
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

/** The row with this id, undefined when there is none. */
export function* load<R extends object>(entity: Entity<R>, id: SqlValue): Work<R | undefined> {
  return (yield { kind: 'load', entity, id })[0] as unknown as R | undefined;
}

/** Writes what differs between a loaded row and its successor; returns the successor with its new revision. */
export function* save<R extends object>(entity: Entity<R>, before: R, after: R): Work<R> {
  return (yield {
    kind: 'save',
    entity,
    before: before as Row,
    after: after as Row,
  })[0] as unknown as R;
}

/** Stores a row that nobody has loaded yet; `row` is what `values` amount to. */
export function* create<R extends object>(
  entity: Entity<R>,
  row: R,
  batch: Batch,
  values: readonly SqlValue[],
): Work<void> {
  yield { kind: 'create', entity, row: row as Row, batch, values };
}

export function* evict<R extends object>(entity: Entity<R>, id: SqlValue): Work<void> {
  yield { kind: 'evict', entity, id };
}

export function* defer(batch: Batch, values: readonly SqlValue[]): Work<void> {
  yield { kind: 'defer', batch, values };
}

/** Work that touches nothing and answers with `value`; for ports that are left out. */
// oxlint-disable-next-line require-yield -- that is the point
export function* nothing<T>(value: T): Work<T> {
  return value;
}
