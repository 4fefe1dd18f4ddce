/**
 * One transaction on SQLite: answers the steps of works, gathers what they save and defer, and writes it before the
 * next plain statement and before the commit, so that every statement sees all that came before it.
 */
import type { Row, SqlValue, Step } from './database.ts';
import { foldRows, severalRows } from './batch.ts';
import { entityByIdSql, updateSql, writesTo, type Entity, type EntityColumn } from './entity.ts';
import type { RowMemory } from './row-memory.ts';
import type { RunSql } from './sqlite-statements.ts';
import { UnitOfWork, type PendingRow, type PendingWrites } from './unit-of-work.ts';

const nothing: readonly Row[] = [];

export class SqliteSession {
  readonly #run: RunSql;
  readonly #memory: RowMemory | undefined;
  readonly #unit = new UnitOfWork();
  readonly #evicted: (readonly [Entity, SqlValue])[] = [];
  readonly #pendingTexts = new Set<string>();
  #effects: (() => void)[] = [];
  #failedFlush: { readonly error: unknown } | undefined;

  /** Without a memory every row is read from the database. */
  constructor(run: RunSql, memory?: RowMemory) {
    this.#run = run;
    this.#memory = memory;
  }

  readonly answer = (step: Step): readonly Row[] => {
    switch (step.kind) {
      case 'statement':
        this.flush();
        return this.#run(step.sql, step.params);
      case 'glance':
        return this.#run(step.sql, step.params);
      case 'load':
        return this.#load(step.entity, step.id);
      case 'save':
        return [this.#unit.save(step.entity, step.before, step.after)];
      case 'create':
        this.#unit.create(step);
        return nothing;
      case 'defer':
        if (this.#unit.meetsRival(step.batch, step.values)) this.flush();
        this.#unit.defer(step.batch, step.values);
        this.#pendingTexts.add(step.batch.each);
        return nothing;
      case 'evict':
        this.#unit.forget(step.entity, step.id);
        this.#evicted.push([step.entity, step.id]);
        this.#memory?.forget(step.entity, step.id);
        return nothing;
      case 'afterCommit':
        this.#effects.push(step.effect);
        return nothing;
    }
  };

  /**
   * Writes what was saved and deferred so far. What fails here belongs to any work of the group, not to the one whose
   * statement comes next: that one may catch the failure, so the session stays void and the commit fails too.
   */
  flush(): void {
    if (this.#failedFlush) throw this.#failedFlush.error;
    if (!this.#unit.hasPending) return;
    const { creations, saves, batches } = this.#unit.takePending();
    this.#pendingTexts.clear();
    try {
      for (const each of creations) this.#write(each);
      for (const each of saves) this.#update(each);
      for (const each of batches) this.#write(each);
    } catch (error) {
      this.#failedFlush = { error };
      throw error;
    }
  }

  /** What is to be done after the commit. */
  takeEffects(): readonly (() => void)[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  /** The transaction is durable: what it saw and wrote is what the database holds. */
  remember(memory: RowMemory): void {
    for (const { entity, id, row } of this.#unit.rows()) memory.keep(entity, id, row);
    for (const [entity, id] of this.#evicted) memory.forget(entity, id);
  }

  #load(entity: Entity, id: SqlValue): readonly Row[] {
    const known = this.#unit.find(entity, id);
    if (known) return known.row ? [known.row] : nothing;
    const row = this.#memory?.find(entity, id) ?? this.#read(entity, id);
    this.#unit.seen(entity, id, row);
    return row ? [row] : nothing;
  }

  /** A batch that is not written yet may hold the row. */
  #read(entity: Entity, id: SqlValue): Row | undefined {
    if ([...this.#pendingTexts].some((text) => writesTo(text, entity))) this.flush();
    return this.#run(entityByIdSql(entity), [id])[0];
  }

  #write([batch, rows]: PendingWrites['batches'][number]): void {
    const folded = foldRows(batch, rows);
    let written = 0;
    if (batch.several !== undefined)
      for (; written + severalRows <= folded.length; written += severalRows)
        this.#run(batch.several, folded.slice(written, written + severalRows).flat());
    for (const row of folded.slice(written)) this.#run(batch.each, row);
  }

  /** A column left alone leaves its index alone (stack.md §6.4). There is one writer, so no row can be stale. */
  #update({ entity, id, stored, current }: PendingRow): void {
    const { changing } = entity;
    const places: number[] = [];
    const params: SqlValue[] = [];
    for (let place = 0; place < changing.length; place++) {
      const { field } = changing[place] as EntityColumn;
      const value = current[field] as SqlValue;
      if (stored[field] === value) continue;
      places.push(place);
      params.push(value);
    }
    params.push(id);
    this.#run(updateSql(entity, places), params);
  }
}
