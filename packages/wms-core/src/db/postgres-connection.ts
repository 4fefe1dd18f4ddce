/**
 * One connection to PostgreSQL. Statements are sent at once and answered in order (pipelining), so a caller that
 * does not wait for each answer pays one round trip for many. Texts that come again are prepared under a name.
 */
import { Client, Query, types, type ClientConfig } from 'pg';
import type { Row, SqlValue } from './database.ts';

/** Arrays are written by `arrayLiteral`, so a parameter is always one value. */
export type RunLater = (sql: string, params?: readonly SqlValue[]) => Promise<readonly Row[]>;

const int8 = 20;
const numeric = 1700;
const bool = 16;
const bytea = 17;

const asBytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.slice(2), 'hex'));

/** Values as SQLite gives them: numbers for every kind of number, 0 and 1 for booleans, plain byte arrays. */
const parsers: Readonly<Record<number, (text: string) => SqlValue>> = {
  [int8]: Number,
  [numeric]: Number,
  [bool]: (text) => (text === 't' ? 1 : 0),
  [bytea]: asBytes,
};

const typesLikeSqlite: ClientConfig['types'] = {
  getTypeParser: (oid: Parameters<typeof types.getTypeParser>[0]) => parsers[oid] ?? types.getTypeParser(oid),
};

/** The name of a prepared statement, which the types of 8.23 do not have. */
type NamedQuery = Query & { name?: string | undefined };

/** A text is prepared the second time it comes; lists of many lengths would fill the memory of the server. */
const mostPrepared = 500;
const mostSeen = 5000;

const connectWithinMs = 5000;

export interface ConnectionSettings {
  readonly url: string;
  /** Shown in pg_stat_activity, e.g. `workload-manager writer`. */
  readonly name: string;
  /** Statements of the session, run before anything else. */
  readonly session?: readonly string[];
  /**
   * All statements of a turn leave in one write to the socket. For many small ones; of large ones the server should
   * have the first while the next is put together.
   */
  readonly gathers?: boolean;
}

export class PostgresConnection {
  readonly #client: Client;
  readonly #gathers: boolean;
  readonly #names = new Map<string, string>();
  readonly #seen = new Set<string>();
  readonly #lostListeners = new Set<() => void>();
  #generation = 0;
  #isLost = false;
  #isGathering = false;

  private constructor(client: Client, gathers: boolean) {
    this.#client = client;
    this.#gathers = gathers;
    client.on('error', () => this.#lose());
    client.on('end', () => this.#lose());
  }

  /** Throws the error of the driver when the server cannot be reached or refuses. */
  static async open({
    gathers = false,
    name,
    session = [],
    url,
  }: ConnectionSettings): Promise<PostgresConnection> {
    const client = new Client({
      connectionString: url,
      application_name: name,
      types: typesLikeSqlite,
      keepAlive: true,
      connectionTimeoutMillis: connectWithinMs,
      // Beyond the types of 8.23: statements do not wait for the answers of those before.
      ...{ pipeline: true },
    });
    const connection = new PostgresConnection(client, gathers);
    await client.connect();
    await Promise.all(session.map((sql) => connection.run(sql)));
    return connection;
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  /** Called once, at once when the connection is lost already. */
  onLost(listener: () => void): void {
    if (this.#isLost) listener();
    else this.#lostListeners.add(listener);
  }

  onNotification(listener: (channel: string, payload: string) => void): void {
    this.#client.on('notification', ({ channel, payload }) => listener(channel, payload ?? ''));
  }

  /** Sent in this turn of the event loop; statements are executed in order. */
  readonly run: RunLater = (sql, params = []) =>
    new Promise((resolve, reject) => {
      this.#gather();
      const query: NamedQuery = new Query(sql, params.map(withoutNul), (error, result) => {
        if (error) {
          if (isOutdatedStatement(error)) this.#forgetNames();
          reject(error);
        } else resolve(result.rows as readonly Row[]);
      });
      // Given with the text, the driver would clone what it is given, property by property.
      query.name = this.#nameOf(sql);
      this.#client.query(query);
    });

  async close(): Promise<void> {
    if (this.#isLost) return;
    await this.#client.end().catch(() => {});
  }

  /** The socket goes at once; the server rolls back what was under way. */
  destroy(): void {
    void this.#client.end().catch(() => {});
    this.#lose();
  }

  #gather(): void {
    if (!this.#gathers || this.#isGathering) return;
    this.#isGathering = true;
    const { stream } = this.#client.connection;
    stream.cork();
    process.nextTick(() => {
      this.#isGathering = false;
      stream.uncork();
    });
  }

  #lose(): void {
    if (this.#isLost) return;
    this.#isLost = true;
    for (const listener of this.#lostListeners) listener();
    this.#lostListeners.clear();
  }

  #nameOf(sql: string): string | undefined {
    const known = this.#names.get(sql);
    if (known !== undefined) return known;
    if (!this.#seen.has(sql)) {
      if (this.#seen.size >= mostSeen) this.#seen.clear();
      this.#seen.add(sql);
      return undefined;
    }
    if (this.#names.size >= mostPrepared) return undefined;
    const name = `s${this.#generation}_${this.#names.size}`;
    this.#names.set(sql, name);
    return name;
  }

  #forgetNames(): void {
    this.#generation++;
    this.#names.clear();
  }
}

const nul = '\u0000';

/** PostgreSQL stores no NUL in a text; SQLite does. Tails of a payload's output may hold one. */
const withoutNul = (value: SqlValue): SqlValue =>
  typeof value === 'string' && value.includes(nul) ? value.replaceAll(nul, '\uFFFD') : value;

/** A table of the statement was changed since it was prepared, or the server forgot it. */
const isOutdatedStatement = (error: Error & { readonly code?: unknown }): boolean =>
  error.code === '0A000' || error.code === '26000';
