/**
 * A few connections for reading. Reads by key that come in one turn of the event loop share a connection and one look at
 * the database; each heavy read has a connection to itself. What finds none free waits.
 */
import { driveLater, resumed } from './drive.ts';
import type { Row, SqlValue, Step, Work } from './database.ts';
import { QuestionGatherer } from './question-gatherer.ts';
import { readingStatement } from './read-steps.ts';
import type { PostgresConnection, RunLater } from './postgres-connection.ts';
import { PostgresLink } from './postgres-link.ts';

/** A read that waits for its look at the database. */
interface Reading {
  /** Resolves when it is answered, rejects with what it failed with. */
  run(answer: AnswerLater): Promise<void>;
  fail(error: unknown): void;
}

export class PostgresReaders {
  #readings: Reading[] = [];
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
          // Compiling a plan takes longer than any page of a grid may.
          session: ['set default_transaction_read_only = on', 'set jit = off'],
          gathers: true,
        }),
    );
    this.#free = [...this.#all];
  }

  /** One look at the database: all statements of the work see the same state. A work without any needs no look. */
  read<T>(work: () => Work<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      let started: Work<T> | undefined = work();
      const first = started.next();
      if (first.done) return resolve(first.value);
      started = resumed(started, first);
      const reading: Reading = {
        run: async (answer) => {
          const now = started ?? work();
          started = undefined;
          resolve(await driveLater(now, answer));
        },
        fail: reject,
      };
      if (this.#readings.push(reading) === 1) setImmediate(() => void this.#readAll());
    });
  }

  async #readAll(): Promise<void> {
    const readings = this.#readings;
    this.#readings = [];
    const failed = await this.#look(readings);
    // One failure spoils the look of all: each again by itself.
    const last =
      readings.length === 1 ? failed : await Promise.all(failed.map(({ reading }) => this.#look([reading])));
    for (const { reading, error } of last.flat()) reading.fail(error);
  }

  async #look(
    readings: readonly Reading[],
  ): Promise<readonly { readonly reading: Reading; readonly error: unknown }[]> {
    try {
      return await this.#with(async (connection) => {
        runUnwatched(connection, 'begin isolation level repeatable read read only');
        const answer = answeringTogether(connection);
        const results = await Promise.allSettled(readings.map((reading) => reading.run(answer)));
        runUnwatched(connection, 'commit');
        return readings.flatMap((reading, index) => {
          const result = results[index];
          return result?.status === 'rejected' ? [{ reading, error: result.reason as unknown }] : [];
        });
      });
    } catch (error) {
      return readings.map((reading) => ({ reading, error }));
    }
  }

  /** Statement by statement. */
  readHeavy<T>(work: () => Work<T>): Promise<T> {
    return this.#with((connection) => driveLater(work(), answering(connection)));
  }

  /** One statement that reads. */
  readonly run: RunLater = (sql, params) => this.#with((connection) => connection.run(sql, params));

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

type AnswerLater = (step: Step) => Promise<readonly Row[]>;

const answering =
  (connection: PostgresConnection): AnswerLater =>
  (step) => {
    const { sql, params } = readingStatement(step);
    return connection.run(sql, params);
  };

/** As `answering`, for works that ask the same questions. */
function answeringTogether(connection: PostgresConnection): AnswerLater {
  const gatherer = new QuestionGatherer(connection.run);
  const alone = answering(connection);
  return (step) =>
    (step.kind === 'statement' || step.kind === 'glance') && step.question
      ? gatherer.ask(step.question, step.params[0] as SqlValue)
      : alone(step);
}
