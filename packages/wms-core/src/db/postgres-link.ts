/**
 * Keeps one connection of a kind: opened when it is first needed, and again after it was lost, but not more often
 * than a growing pause allows. While the server is away every caller hears so at once.
 */
import { WmsError } from '../kernel/wms-error.ts';
import { PostgresConnection, type ConnectionSettings } from './postgres-connection.ts';

const shortestPauseMs = 100;
const longestPauseMs = 5000;

export class PostgresLink {
  readonly #settings: ConnectionSettings;
  readonly #opened: (connection: PostgresConnection) => void;
  #connection: Promise<PostgresConnection> | undefined;
  #pauseMs = 0;
  #notBeforeMs = 0;
  #isClosed = false;

  /** `opened` is called with every new connection before anybody uses it. */
  constructor(settings: ConnectionSettings, opened: (connection: PostgresConnection) => void = () => {}) {
    this.#settings = settings;
    this.#opened = opened;
  }

  /** How long to wait before the next try makes sense. */
  get pauseMs(): number {
    return Math.max(0, this.#notBeforeMs - performance.now());
  }

  /** Throws `service.unavailable`. */
  get(): Promise<PostgresConnection> {
    if (this.#isClosed) return Promise.reject(unavailable('The server is stopping.'));
    if (!this.#connection && this.pauseMs > 0)
      return Promise.reject(unavailable('The database is away; try again in a moment.'));
    return (this.#connection ??= this.#open());
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const connection = await this.#connection?.catch(() => undefined);
    await connection?.close();
  }

  async #open(): Promise<PostgresConnection> {
    try {
      const connection = await PostgresConnection.open(this.#settings);
      this.#pauseMs = 0;
      connection.onLost(() => {
        this.#connection = undefined;
      });
      this.#opened(connection);
      return connection;
    } catch (error) {
      this.#connection = undefined;
      this.#pauseMs = Math.min(longestPauseMs, Math.max(shortestPauseMs, this.#pauseMs * 2));
      this.#notBeforeMs = performance.now() + this.#pauseMs;
      throw unavailable('The database cannot be reached.', error);
    }
  }
}

export const unavailable = (message: string, cause?: unknown): WmsError =>
  new WmsError('service.unavailable', message, {}, cause === undefined ? undefined : { cause });
