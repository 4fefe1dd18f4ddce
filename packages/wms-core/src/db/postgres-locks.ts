/**
 * Named locks of PostgreSQL, held by the session of a connection of their own: when this process dies, the server
 * frees them at once; when the connection is lost, this process learns that it holds nothing any more.
 */
import { createHash } from 'node:crypto';
import type { LockHolder, LockKeeper } from '../kernel/lock-keeper.ts';
import type { PostgresConnection } from './postgres-connection.ts';
import { PostgresLink } from './postgres-link.ts';
import { lockSpace } from './postgres-transaction.ts';

interface Wanted {
  readonly key: number;
  readonly holder: LockHolder;
  isHeld: boolean;
}

/** So long after the death of a holder another takes over. */
const lookEveryMs = 1000;
/** A server that does not answer for so long may have given the locks to somebody else. */
const longestSilenceMs = 5000;

const keyOf = (name: string): number => createHash('sha256').update(name).digest().readInt32BE(0);

export class PostgresLocks implements LockKeeper {
  readonly #link: PostgresLink;
  readonly #wanted = new Set<Wanted>();
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #looking: Promise<void> = Promise.resolve();

  constructor(parts: { readonly url: string; readonly name: string }) {
    this.#link = new PostgresLink({ url: parts.url, name: parts.name }, (connection) => {
      connection.onLost(() => this.#lostAll());
    });
  }

  hold(name: string, holder: LockHolder): () => Promise<void> {
    const wanted: Wanted = { key: keyOf(name), holder, isHeld: false };
    this.#wanted.add(wanted);
    this.#lookSoon(0);
    return () => this.#release(wanted);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#looking;
    await this.#link.close();
  }

  #lookSoon(inMs: number): void {
    if (this.#isClosed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#looking = this.#looking.then(() => this.#look()).finally(() => this.#lookSoon(lookEveryMs));
    }, inMs).unref();
  }

  /** Tries for what is not held; asks anyway, to know that the connection lives. */
  async #look(): Promise<void> {
    if (this.#wanted.size === 0) return;
    try {
      const connection = await this.#link.get();
      const overdue = setTimeout(() => connection.destroy(), longestSilenceMs).unref();
      try {
        await connection.run('select 1');
        for (const wanted of this.#wanted) if (!wanted.isHeld) await this.#try(connection, wanted);
      } finally {
        clearTimeout(overdue);
      }
    } catch {
      // The database is away: nothing is held, the next look tries again.
    }
  }

  async #try(connection: PostgresConnection, wanted: Wanted): Promise<void> {
    const [row] = await connection.run('select pg_try_advisory_lock($1, $2) as held', [
      lockSpace.agents,
      wanted.key,
    ]);
    if (row?.['held'] !== 1 || connection.isLost) return;
    if (!this.#wanted.has(wanted)) return this.#unlock(connection, wanted.key);
    wanted.isHeld = true;
    wanted.holder.gained();
  }

  #lostAll(): void {
    for (const wanted of this.#wanted) {
      if (!wanted.isHeld) continue;
      wanted.isHeld = false;
      void wanted.holder.lost();
    }
  }

  async #release(wanted: Wanted): Promise<void> {
    this.#wanted.delete(wanted);
    if (!wanted.isHeld) return;
    wanted.isHeld = false;
    await wanted.holder.lost();
    try {
      await this.#unlock(await this.#link.get(), wanted.key);
    } catch {
      // The session is gone and its locks with it.
    }
  }

  async #unlock(connection: PostgresConnection, key: number): Promise<void> {
    await connection.run('select pg_advisory_unlock($1, $2)', [lockSpace.agents, key]);
  }
}
