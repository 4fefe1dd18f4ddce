/**
 * One transaction of PostgreSQL that runs works one after the other. Writes are gathered in a `UnitOfWork` and sent
 * without waiting for their answers; what fails shows at the latest at the commit, and the group runs again in a
 * safer way (`postgres-group-commit.ts`).
 *
 * The first plain statement or write takes a lock that the commit frees: as on SQLite there is one writer at a
 * time, so what a statement found is still true when the work writes, nobody waits in a circle, and events become
 * visible in the order of their numbers. Before the lock only rows of entities are read, and their revisions are
 * compared at the end (ADR 0013).
 */
import type { Batch } from './batch.ts';
import type { Create, Load, Row, Save, SqlValue, Statement, Step, Work, WorkHints } from './database.ts';
import { writesTo, type Entity } from './entity.ts';
import { foldRows } from './batch.ts';
import type { PostgresConnection, RunLater } from './postgres-connection.ts';
import {
  batchSql,
  checkSql,
  isRead,
  isSilent,
  loadSql,
  saveSql,
  type RememberedRow,
} from './postgres-sql.ts';
import type { RowMemory } from './row-memory.ts';
import { StatementPipe } from './statement-pipe.ts';
import { UnitOfWork, type PendingRow, type PendingWrites } from './unit-of-work.ts';

/**
 * together: rows come from memory, writes are gathered, failures show at the end. exclusive: the same, but nobody
 * else writes meanwhile and rows are read anew. isolated: every step at once and under a savepoint, so that a
 * failure is thrown into the work that made it and undone alone.
 */
export type Mode = 'together' | 'exclusive' | 'isolated';

export interface Finished<T> {
  readonly value: T;
  readonly effects: readonly (() => void)[];
}

/** Keys of advisory locks: the first names the program, the second what is locked. */
export const lockSpace = { writer: 0x574d_0001, agents: 0x574d_0002 } as const;

export const commitChannel = 'wm_commit';

const noRows: readonly Row[] = [];

/** The transaction of the same connection that is on its way. */
export interface Behind {
  readonly mark: string;
  /** Reads rows on another connection: on this one the answer would come after the end of the one ahead. */
  readonly fetch: RunLater;
}

/** The mark of the last transaction that was committed: what sets it is undone with the transaction. */
const setting = 'workload_manager.committed';
const unlessMarked = `select 1 / cast(current_setting('${setting}', true) is not distinct from $1 as integer) as fresh`;
const lockAndMark = `select pg_advisory_xact_lock(${lockSpace.writer}, 0), set_config('${setting}', $1, false)`;

export class PostgresTransaction {
  /** Tells it from all others of its connection. */
  readonly mark: string;
  readonly #pipe: StatementPipe;
  readonly #memory: RowMemory;
  readonly #mode: Mode;
  readonly #sender: string;
  readonly #behind: Behind | undefined;
  readonly #locking = Promise.withResolvers<void>();
  #unit = new UnitOfWork();
  /** Rows taken from memory or read before the lock: still to be compared with the database. */
  readonly #unchecked = new Map<Entity, Map<SqlValue, Row>>();
  readonly #pendingTexts = new Set<string>();
  #isLocked = false;
  /** Grows with everything a work changes. */
  #changes = 0;

  constructor(parts: {
    readonly connection: PostgresConnection;
    readonly memory: RowMemory;
    readonly mode: Mode;
    /** Names this process in the notifications of its commits. */
    readonly sender: string;
    readonly mark: string;
    readonly behind?: Behind;
  }) {
    this.#pipe = new StatementPipe(parts.connection);
    this.#memory = parts.memory;
    this.#mode = parts.mode;
    this.#sender = parts.sender;
    this.mark = parts.mark;
    this.#behind = parts.behind;
  }

  /**
   * Nothing is waited for. Behind another transaction the works see rows as that one leaves them; unless it was committed
   * this one fails, as with a stale row.
   */
  begin(): void {
    this.#pipe.post('begin');
    if (this.#behind) this.#pipe.post(unlessMarked, [this.#behind.mark]);
    if (this.#mode !== 'together') this.#lock();
  }

  /** Reads what the works will load, one statement an entity. */
  async prefetch(hints: readonly WorkHints[]): Promise<void> {
    const wanted = new Map<Entity, Set<SqlValue>>();
    for (const { loads = [] } of hints)
      for (const { entity, ids } of loads) {
        const list = wanted.get(entity) ?? new Set();
        wanted.set(entity, list);
        for (const id of ids) if (!this.#isAtHand(entity, id)) list.add(id);
      }
    await Promise.all(
      [...wanted].filter(([, ids]) => ids.size > 0).map(([entity, ids]) => this.#prefetch(entity, [...ids])),
    );
  }

  /** Throws what the work throws, or the failure of a statement, see `failure`. */
  async run<T>(work: Work<T>): Promise<Finished<T>> {
    const effects: (() => void)[] = [];
    let next = work.next();
    while (!next.done) {
      let found: readonly Row[];
      try {
        const answer = this.#answer(next.value, effects);
        found = answer instanceof Promise ? await answer : answer;
      } catch (error) {
        if (this.#mode === 'isolated') next = work.throw(error);
        // The transaction is void, whatever the work would make of it.
        else throw this.#pipe.fail(error);
        continue;
      }
      next = work.next(found);
    }
    return { value: next.value, effects };
  }

  /** As `run`, under a savepoint; a failure undoes this work alone and is thrown. */
  async runIsolated<T>(work: Work<T>): Promise<Finished<T>> {
    this.#unit = new UnitOfWork();
    this.#pipe.post('savepoint operation');
    try {
      return await this.run(work);
    } catch (error) {
      this.#pipe.post('rollback to savepoint operation');
      throw error;
    } finally {
      this.#pipe.post('release savepoint operation');
      this.#forgetHeld();
    }
  }

  /** A mark to compare with: equal when nothing was changed since. */
  get changes(): number {
    return this.#changes;
  }

  /** Resolves when it is the only one that writes; never when it changes nothing. */
  get locked(): Promise<void> {
    return this.#locking.promise;
  }

  /** The first failure of a statement; undefined while there was none. */
  get failure(): unknown {
    return this.#pipe.failure;
  }

  /**
   * Sends everything at once, and from then on the rows are as this transaction leaves them for those that run behind
   * it. Resolves when everything is durable; after a failure nothing is.
   */
  async commit(): Promise<void> {
    this.#flush();
    this.#checkUnchecked();
    if (this.#isLocked && this.#changes > 0)
      this.#pipe.post(`select pg_notify('${commitChannel}', $1)`, [this.#sender]);
    const durable = this.#pipe.commit();
    if (this.#mode !== 'isolated')
      for (const { entity, id, row } of this.#unit.rows()) this.#memory.keep(entity, id, row);
    try {
      await durable;
    } catch (error) {
      this.#forgetHeld();
      throw error;
    }
  }

  /** Instead of `commit`. */
  async rollback(): Promise<void> {
    this.#forgetHeld();
    await this.#pipe.rollback();
  }

  // ---------------------------------------------------------------- steps

  #answer(step: Step, effects: (() => void)[]): readonly Row[] | Promise<readonly Row[]> {
    switch (step.kind) {
      case 'statement':
        return this.#statement(step);
      case 'glance':
        return this.#guarded(() => this.#pipe.send(step.sql, step.params));
      case 'load':
        return this.#load(step);
      case 'afterCommit':
        effects.push(step.effect);
        return noRows;
      case 'save':
        this.#changes++;
        return this.#save(step);
      case 'evict':
        this.#evict(step.entity, step.id);
        return noRows;
      case 'create':
        return this.#create(step);
      case 'defer':
        return this.#defer(step.batch, step.values);
    }
  }

  #statement({ sql, params }: Statement): readonly Row[] | Promise<readonly Row[]> {
    if (!isRead(sql)) this.#changes++;
    this.#lock();
    if (this.#mode === 'isolated') return this.#guarded(() => this.#pipe.send(sql, params));
    this.#flush();
    if (!isSilent(sql)) return this.#pipe.send(sql, params);
    this.#pipe.post(sql, params);
    return noRows;
  }

  #load({ entity, id }: Load): readonly Row[] | Promise<readonly Row[]> {
    const known = this.#unit.find(entity, id);
    if (known) return known.row ? [known.row] : noRows;
    if (this.#mode === 'together') {
      const row = this.#memory.find(entity, id);
      if (row) {
        this.#seen(entity, id, row, false);
        return [row];
      }
    }
    if (!entity.isRemembered) this.#lock();
    if (this.#mayBePending(entity)) this.#flush();
    return this.#fetch(entity, [id]);
  }

  #save({ entity, before, after }: Save): readonly Row[] | Promise<readonly Row[]> {
    const saved = [this.#unit.save(entity, before, after)];
    return this.#mode === 'isolated' ? this.#flushNow(saved) : saved;
  }

  #create(step: Create): readonly Row[] | Promise<readonly Row[]> {
    this.#changes++;
    this.#unit.create(step);
    return this.#mode === 'isolated' ? this.#flushNow(noRows) : noRows;
  }

  #defer(batch: Batch, values: readonly SqlValue[]): readonly Row[] | Promise<readonly Row[]> {
    this.#changes++;
    if (this.#unit.meetsRival(batch, values)) this.#flush();
    this.#unit.defer(batch, values);
    this.#pendingTexts.add(batch.each);
    return this.#mode === 'isolated' ? this.#flushNow(noRows) : noRows;
  }

  #evict(entity: Entity, id: SqlValue): void {
    this.#unit.forget(entity, id);
    this.#unchecked.get(entity)?.delete(id);
    this.#memory.forget(entity, id);
  }

  // ---------------------------------------------------------------- reading

  #isAtHand(entity: Entity, id: SqlValue): boolean {
    if (this.#unit.find(entity, id)) return true;
    return this.#mode === 'together' && this.#memory.find(entity, id) !== undefined;
  }

  /** Rows that are not remembered are not known as the one ahead leaves them: they are read behind it. */
  async #prefetch(entity: Entity, ids: readonly SqlValue[]): Promise<void> {
    if (!this.#behind || !entity.isRemembered) {
      await this.#fetch(entity, ids);
      return;
    }
    const { sql, params } = loadSql(entity, ids, false);
    for (const row of await this.#behind.fetch(sql, params))
      this.#seen(entity, row[entity.id.field] as SqlValue, row, false);
  }

  async #fetch(entity: Entity, ids: readonly SqlValue[]): Promise<readonly Row[]> {
    const { sql, params } = loadSql(entity, ids, this.#mode !== 'together');
    const isSure = this.#isLocked;
    const found = await this.#guarded(() => this.#pipe.send(sql, params));
    for (const row of found) this.#seen(entity, row[entity.id.field] as SqlValue, row, isSure);
    return found;
  }

  #seen(entity: Entity, id: SqlValue, row: Row, isSure: boolean): void {
    this.#unit.seen(entity, id, row);
    if (isSure) return;
    const rows = this.#unchecked.get(entity) ?? new Map<SqlValue, Row>();
    this.#unchecked.set(entity, rows.set(id, row));
  }

  /** True when a row of the table may stand in a batch that is not written yet. */
  #mayBePending(entity: Entity): boolean {
    return [...this.#pendingTexts].some((text) => writesTo(text, entity));
  }

  // ---------------------------------------------------------------- writing

  /** Sends what is pending, waits for nothing. */
  #flush(): void {
    if (!this.#unit.hasPending) return;
    this.#lock();
    const { creations, saves, batches } = this.#unit.takePending();
    this.#pendingTexts.clear();
    for (const each of creations) this.#postRows(each);
    for (const [entity, rows] of Map.groupBy(saves, ({ entity: table }) => table))
      this.#postSaves(entity, rows);
    for (const each of batches) this.#postRows(each);
  }

  #postRows([batch, rows]: PendingWrites['batches'][number]): void {
    const { sql, params } = batchSql(batch, foldRows(batch, rows));
    this.#pipe.post(sql, params);
  }

  async #flushNow(answer: readonly Row[]): Promise<readonly Row[]> {
    await this.#guarded(() => {
      this.#flush();
      return this.#pipe.send('select 1');
    });
    return answer;
  }

  #postSaves(entity: Entity, rows: readonly PendingRow[]): void {
    const { sql, params } = saveSql(entity, rows);
    this.#pipe.post(sql, params);
    // The save itself compares the revision.
    for (const { id } of rows) this.#unchecked.get(entity)?.delete(id);
  }

  /** What was read without the lock and not written since must still be so. */
  #checkUnchecked(): void {
    for (const [entity, rows] of this.#unchecked) {
      if (rows.size === 0) continue;
      const list: RememberedRow[] = Array.from(rows, ([id, row]) => ({ id, row }));
      const { sql, params } = checkSql(entity, list);
      this.#pipe.post(sql, params);
    }
  }

  #lock(): void {
    if (this.#isLocked) return;
    this.#isLocked = true;
    this.#pipe.send(lockAndMark, [this.mark]).then(
      () => this.#locking.resolve(),
      () => {},
    );
  }

  /** A work that is isolated may catch the failure of a step. */
  #guarded(send: () => Promise<readonly Row[]>): Promise<readonly Row[]> {
    return this.#mode === 'isolated' ? this.#pipe.guarded(send) : send();
  }

  #forgetHeld(): void {
    for (const { entity, id } of this.#unit.rows()) this.#memory.forget(entity, id);
  }
}
