/**
 * Rows of entities a process has seen lately, as they stand in the database. Filled after commits only; a row that
 * turns out to be stale is forgotten.
 *
 * Two generations instead of an order of use: what was not seen while the younger one filled up goes with the older
 * one, all at once. To take the first key of a large map, again and again, costs more than reading a row, because it
 * looks through all places that became empty before.
 */
import type { Row, SqlValue } from './database.ts';
import type { Entity } from './entity.ts';

/** About 30 MB when it is full. */
const mostRows = 50_000;

interface Generations {
  young: Map<SqlValue, Row>;
  old: Map<SqlValue, Row>;
}

export class RowMemory {
  readonly #rows = new Map<Entity, Generations>();
  readonly #mostYoung: number;

  /** Of each entity at most so many rows are kept, and half as many at least. */
  constructor(most = mostRows) {
    this.#mostYoung = Math.max(1, Math.floor(most / 2));
  }

  find(entity: Entity, id: SqlValue): Row | undefined {
    const rows = this.#rows.get(entity);
    return rows && (rows.young.get(id) ?? rows.old.get(id));
  }

  keep(entity: Entity, id: SqlValue, row: Row | undefined): void {
    if (!entity.isRemembered) return;
    if (row === undefined) {
      this.forget(entity, id);
      return;
    }
    let rows = this.#rows.get(entity);
    if (!rows) this.#rows.set(entity, (rows = { young: new Map(), old: new Map() }));
    if (rows.young.size >= this.#mostYoung && !rows.young.has(id)) {
      rows.old = rows.young;
      rows.young = new Map();
    }
    rows.young.set(id, row);
  }

  forget(entity: Entity, id: SqlValue): void {
    const rows = this.#rows.get(entity);
    rows?.young.delete(id);
    rows?.old.delete(id);
  }

  clear(): void {
    this.#rows.clear();
  }
}
