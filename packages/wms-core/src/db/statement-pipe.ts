/**
 * Statements of one transaction on their way to PostgreSQL. Those posted are not waited for; the first failure is
 * remembered, because the statements behind it fail too, with an error that says nothing.
 */
import type { Row, SqlValue } from './database.ts';
import type { PostgresConnection } from './postgres-connection.ts';

export class StatementPipe {
  readonly #connection: PostgresConnection;
  #firstFailure: { readonly error: unknown } | undefined;

  constructor(connection: PostgresConnection) {
    this.#connection = connection;
  }

  /** The first failure; undefined while there was none. */
  get failure(): unknown {
    return this.#firstFailure?.error;
  }

  /** Makes the transaction a failed one; returns what failed it first. */
  fail(error: unknown): unknown {
    return (this.#firstFailure ??= { error }).error;
  }

  send(sql: string, params: readonly SqlValue[] = []): Promise<readonly Row[]> {
    const answer = this.#connection.run(sql, params);
    answer.catch((error: unknown) => this.fail(error));
    return answer;
  }

  post(sql: string, params: readonly SqlValue[] = []): void {
    void this.send(sql, params);
  }

  /** What `act` sends stands under a savepoint: its failure is thrown and undone, and the transaction goes on. */
  async guarded<T>(act: () => Promise<T>): Promise<T> {
    this.post('savepoint statement');
    try {
      return await act();
    } catch (error) {
      this.post('rollback to savepoint statement');
      throw this.failure ?? error;
    } finally {
      this.#firstFailure = undefined;
      this.post('release savepoint statement');
    }
  }

  /** Resolves when everything sent is durable; throws the first failure. */
  async commit(): Promise<void> {
    await this.send('commit');
    // A transaction with a failed statement answers COMMIT with a rollback.
    if (this.#firstFailure) throw this.#firstFailure.error;
  }

  async rollback(): Promise<void> {
    await this.#connection.run('rollback').catch(() => {});
  }
}
