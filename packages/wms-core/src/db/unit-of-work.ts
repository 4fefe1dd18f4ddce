/**
 * What the works of one transaction have loaded, saved and deferred but not written yet. Pure bookkeeping, shared by
 * both engines: they decide when to write, this says what. Reading through it, a work sees what the works before it
 * in the group did.
 */
import { keyText, type Batch } from './batch.ts';
import type { Create, Row, SqlValue } from './database.ts';
import type { Entity } from './entity.ts';

interface Held {
  /** As it stands in the database; undefined when there is no such row. */
  stored: Row | undefined;
  /** As the works of this transaction left it. */
  current: Row | undefined;
}

export interface PendingRow {
  readonly entity: Entity;
  readonly id: SqlValue;
  readonly stored: Row;
  readonly current: Row;
}

type PendingBatches = readonly (readonly [Batch, readonly (readonly SqlValue[])[]])[];

/** To be written in this order: a row that was just created may have been saved since. */
export interface PendingWrites {
  readonly creations: PendingBatches;
  readonly saves: readonly PendingRow[];
  readonly batches: PendingBatches;
}

/** The row was changed by somebody else since it was loaded: the work must start again. */
export class StaleRow extends Error {
  constructor(entity: Entity, id: SqlValue) {
    super(`${entity.table} ${String(id)} was changed meanwhile`);
    this.name = 'StaleRow';
  }
}

export class UnitOfWork {
  readonly #held = new Map<Entity, Map<SqlValue, Held>>();
  readonly #dirty = new Map<Held, { readonly entity: Entity; readonly id: SqlValue }>();
  readonly #creations = new Map<Batch, (readonly SqlValue[])[]>();
  readonly #batches = new Map<Batch, (readonly SqlValue[])[]>();
  readonly #rivals = new Map<string, Map<string, Batch>>();

  get hasPending(): boolean {
    return this.#dirty.size > 0 || this.#batches.size > 0 || this.#creations.size > 0;
  }

  /** The row as the works before left it; undefined when this transaction has not seen it. */
  find(entity: Entity, id: SqlValue): { readonly row: Row | undefined } | undefined {
    const held = this.#held.get(entity)?.get(id);
    return held && { row: held.current };
  }

  /** What the database, or the memory of it, says. */
  seen(entity: Entity, id: SqlValue, row: Row | undefined): void {
    this.#rowsOf(entity).set(id, { stored: row, current: row });
  }

  create({ batch, entity, row, values }: Create): void {
    this.seen(entity, row[entity.id.field] as SqlValue, row);
    append(this.#creations, batch, values);
  }

  /** The row with its new revision. Throws `StaleRow` when `before` is not what the works before left. */
  save(entity: Entity, before: Row, after: Row): Row {
    const id = before[entity.id.field] as SqlValue;
    const held = this.#held.get(entity)?.get(id);
    const { field } = entity.revision;
    if (!held?.current || held.current[field] !== before[field]) throw new StaleRow(entity, id);
    held.current = { ...after, [field]: Number(before[field]) + 1 };
    this.#dirty.set(held, { entity, id });
    return held.current;
  }

  forget(entity: Entity, id: SqlValue): void {
    const held = this.#held.get(entity)?.get(id);
    if (!held) return;
    this.#dirty.delete(held);
    this.#held.get(entity)?.delete(id);
  }

  /** True when the row has to wait until what is pending is written, see `Batch.rival`. */
  meetsRival(batch: Batch, values: readonly SqlValue[]): boolean {
    if (!batch.rival) return false;
    const { table, keyColumns } = batch.rival;
    const rival = this.#rivals.get(table)?.get(keyText(values, keyColumns));
    return rival !== undefined && rival !== batch;
  }

  defer(batch: Batch, values: readonly SqlValue[]): void {
    append(this.#batches, batch, values);
    if (!batch.rival) return;
    const { table, keyColumns } = batch.rival;
    const known = this.#rivals.get(table) ?? new Map<string, Batch>();
    this.#rivals.set(table, known.set(keyText(values, keyColumns), batch));
  }

  /** Everything not written yet; it counts as written afterwards. */
  takePending(): PendingWrites {
    const saves: PendingRow[] = [];
    for (const [held, { entity, id }] of this.#dirty) {
      if (held.stored && held.current) saves.push({ entity, id, stored: held.stored, current: held.current });
      held.stored = held.current;
    }
    const creations = [...this.#creations];
    const batches = [...this.#batches];
    this.#creations.clear();
    this.#dirty.clear();
    this.#batches.clear();
    this.#rivals.clear();
    return { creations, saves, batches };
  }

  /** Rows as they stand when the transaction is durable, for the engine's memory. */
  *rows(): Iterable<{ readonly entity: Entity; readonly id: SqlValue; readonly row: Row | undefined }> {
    for (const [entity, rows] of this.#held)
      for (const [id, { current }] of rows) yield { entity, id, row: current };
  }

  #rowsOf(entity: Entity): Map<SqlValue, Held> {
    const known = this.#held.get(entity);
    if (known) return known;
    const made = new Map<SqlValue, Held>();
    this.#held.set(entity, made);
    return made;
  }
}

function append(lists: Map<Batch, (readonly SqlValue[])[]>, batch: Batch, values: readonly SqlValue[]): void {
  const rows = lists.get(batch);
  if (rows) rows.push(values);
  else lists.set(batch, [values]);
}
