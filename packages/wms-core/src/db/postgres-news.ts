/**
 * LISTEN and NOTIFY on a connection of their own: commits of other processes, and messages from them. A connection
 * that is lost is opened again; listeners then hear that they may have missed something.
 */
import type { Broadcast } from './broadcast.ts';
import type { PostgresConnection } from './postgres-connection.ts';
import { PostgresLink } from './postgres-link.ts';
import { arrayLiteral } from './postgres-sql.ts';
import { commitChannel } from './postgres-transaction.ts';

const newsChannel = 'wm_news';
/** A payload of NOTIFY must stay below 8000 bytes; messages go in pieces of base64. */
const pieceLength = 7600;
const retryMs = 500;

export class PostgresNews implements Broadcast {
  readonly #link: PostgresLink;
  readonly #sender: string;
  readonly #otherCommitted: () => void;
  readonly #listeners = new Set<{ readonly topic: string; readonly listener: (message: string) => void }>();
  readonly #gapListeners = new Set<() => void>();
  /** Pieces of messages that are not complete, by sender. */
  readonly #pieces = new Map<string, string>();
  #unsent: string[] = [];
  #sent = 0;
  #isSending = false;
  #isClosed = false;
  #retry: NodeJS.Timeout | undefined;

  constructor(parts: {
    readonly url: string;
    readonly name: string;
    readonly sender: string;
    /** Another process committed, or may have. */
    readonly otherCommitted: () => void;
  }) {
    this.#sender = parts.sender;
    this.#otherCommitted = parts.otherCommitted;
    this.#link = new PostgresLink(
      {
        url: parts.url,
        name: parts.name,
        // Messages may be lost, so they need not wait for the disk: a NOTIFY is written to the log like any change.
        session: ['set synchronous_commit = off', `listen ${commitChannel}`, `listen ${newsChannel}`],
      },
      (connection) => this.#opened(connection),
    );
  }

  /** Listens from now on. Throws `service.unavailable`. */
  async start(): Promise<void> {
    await this.#link.get();
  }

  send(topic: string, message: string): void {
    const text = Buffer.from(message).toString('base64');
    for (let at = 0; at === 0 || at < text.length; at += pieceLength) {
      const end = at + pieceLength >= text.length ? '.' : '+';
      // The server drops what it was told twice in one transaction, so every piece has a number.
      const number = ++this.#sent;
      this.#unsent.push([this.#sender, number, topic, end, text.slice(at, at + pieceLength)].join(' '));
    }
    if (this.#isSending) return;
    this.#isSending = true;
    setImmediate(() => void this.#sendAll());
  }

  onMessage(topic: string, listener: (message: string) => void): () => void {
    const entry = { topic, listener };
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  onGap(listener: () => void): () => void {
    this.#gapListeners.add(listener);
    return () => void this.#gapListeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    await this.#link.close();
  }

  async #sendAll(): Promise<void> {
    this.#isSending = false;
    const messages = this.#unsent;
    this.#unsent = [];
    try {
      const connection = await this.#link.get();
      const list = arrayLiteral(messages, 'text');
      await connection.run(`select pg_notify('${newsChannel}', m) from unnest($1::text[]) as m`, [list]);
    } catch {
      // Lost, as messages may be: the others find out by themselves.
    }
  }

  #opened(connection: PostgresConnection): void {
    connection.onNotification((channel, payload) => this.#heard(channel, payload));
    connection.onLost(() => this.#reopen());
    for (const listener of this.#gapListeners) listener();
    this.#otherCommitted();
  }

  #reopen(): void {
    if (this.#isClosed) return;
    this.#pieces.clear();
    this.#retry = setTimeout(
      () => void this.#link.get().catch(() => this.#reopen()),
      Math.max(retryMs, this.#link.pauseMs),
    ).unref();
  }

  #heard(channel: string, payload: string): void {
    const [sender = '', , topic = '', end, piece = ''] = payload.split(' ');
    if (sender === this.#sender) return;
    if (channel === commitChannel) return this.#otherCommitted();
    const whole = (this.#pieces.get(sender) ?? '') + piece;
    if (end === '+') return void this.#pieces.set(sender, whole);
    this.#pieces.delete(sender);
    const message = Buffer.from(whole, 'base64').toString();
    for (const entry of this.#listeners) if (entry.topic === topic) entry.listener(message);
  }
}
