/**
 * Rows of entities a process has seen lately, as they stand in the database. Filled after commits only; a row that
 * turns out to be stale is forgotten.
 */
import { RecentMap } from '../kernel/recent-map.ts';
import type { Row, SqlValue } from './database.ts';
import type { Entity } from './entity.ts';

/** Of each entity; about 30 MB when it is full. */
const mostRows = 50_000;

export class RowMemory {
  readonly #rows = new Map<Entity, RecentMap<SqlValue, Row>>();

  find(entity: Entity, id: SqlValue): Row | undefined {
    return this.#rows.get(entity)?.get(id);
  }

  keep(entity: Entity, id: SqlValue, row: Row | undefined): void {
    if (!entity.isRemembered) return;
    if (row === undefined) {
      this.forget(entity, id);
      return;
    }
    let rows = this.#rows.get(entity);
    if (!rows) this.#rows.set(entity, (rows = new RecentMap(mostRows)));
    rows.set(id, row);
  }

  forget(entity: Entity, id: SqlValue): void {
    this.#rows.get(entity)?.delete(id);
  }

  clear(): void {
    this.#rows.clear();
  }
}
