/**
 * Rows of entities a process has seen lately, as they stand in the database. Filled after commits only; a row that
 * turns out to be stale is forgotten. Least recently used rows go first.
 */
import type { Row, SqlValue } from './database.ts';
import type { Entity } from './entity.ts';

/** About 30 MB when it is full. */
const mostRows = 50_000;

export class RowMemory {
  readonly #rows = new Map<Entity, Map<SqlValue, Row>>();
  readonly #most: number;

  constructor(most = mostRows) {
    this.#most = most;
  }

  find(entity: Entity, id: SqlValue): Row | undefined {
    return this.#rows.get(entity)?.get(id);
  }

  keep(entity: Entity, id: SqlValue, row: Row | undefined): void {
    if (!entity.isRemembered) return;
    const rows = this.#rows.get(entity) ?? new Map<SqlValue, Row>();
    this.#rows.set(entity, rows);
    rows.delete(id); // to the end of the order
    if (row === undefined) return;
    rows.set(id, row);
    if (rows.size <= this.#most) return;
    const oldest = rows.keys().next();
    if (!oldest.done) rows.delete(oldest.value);
  }

  forget(entity: Entity, id: SqlValue): void {
    this.#rows.get(entity)?.delete(id);
  }

  clear(): void {
    this.#rows.clear();
  }
}
