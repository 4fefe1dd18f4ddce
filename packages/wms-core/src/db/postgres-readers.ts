/** A few connections for reading: each read has one to itself, the next waits until one is free. */
import { driveLater } from './drive.ts';
import type { Row, Step, Work } from './database.ts';
import { readingStatement } from './read-steps.ts';
import type { PostgresConnection } from './postgres-connection.ts';
import { PostgresLink } from './postgres-link.ts';

export class PostgresReaders {
  readonly #all: readonly PostgresLink[];
  readonly #free: PostgresLink[];
  readonly #waiting: ((link: PostgresLink) => void)[] = [];

  constructor(settings: { readonly url: string; readonly name: string; readonly connections: number }) {
    this.#all = Array.from(
      { length: settings.connections },
      () =>
        new PostgresLink({
          url: settings.url,
          name: settings.name,
          session: ['set default_transaction_read_only = on'],
        }),
    );
    this.#free = [...this.#all];
  }

  /** One look at the database: all statements of the work see the same state. */
  read<T>(work: () => Work<T>): Promise<T> {
    return this.#with(async (connection) => {
      runUnwatched(connection, 'begin isolation level repeatable read read only');
      try {
        return await driveLater(work(), answering(connection));
      } finally {
        runUnwatched(connection, 'commit');
      }
    });
  }

  /** Statement by statement. */
  readHeavy<T>(work: () => Work<T>): Promise<T> {
    return this.#with((connection) => driveLater(work(), answering(connection)));
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((link) => link.close()));
  }

  async #with<T>(use: (connection: PostgresConnection) => Promise<T>): Promise<T> {
    const link = await this.#take();
    try {
      return await use(await link.get());
    } finally {
      const next = this.#waiting.shift();
      if (next) next(link);
      else this.#free.push(link);
    }
  }

  #take(): Promise<PostgresLink> | PostgresLink {
    const free = this.#free.pop();
    return free ?? new Promise((resolve) => this.#waiting.push(resolve));
  }
}

/** Frames a work and is not waited for; what it fails with shows in the statements behind it. */
const runUnwatched = (connection: PostgresConnection, sql: string): void =>
  void connection.run(sql).catch(() => {});

const answering =
  (connection: PostgresConnection) =>
  (step: Step): Promise<readonly Row[]> => {
    const { sql, params } = readingStatement(step);
    return connection.run(sql, params);
  };
