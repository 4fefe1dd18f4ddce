/**
 * A wire to PostgreSQL that is cut at a chosen statement. It understands just enough of the protocol (message
 * formats, PostgreSQL manual §55.7) to count statements: a simple query, or the execution of a prepared one.
 */
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import type { Fuse } from './fuse.ts';

export interface Wire {
  /** As the address given, but through the wire. */
  readonly url: string;
  close(): Promise<void>;
}

export async function openWire(url: string, fuse: Fuse): Promise<Wire> {
  const { hostname: host, port } = new URL(url);
  const sockets = new Set<Socket>();
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const listener = createServer((client) => {
    if (fuse.isBlown) return void client.destroy();
    const behind = connect({ host, port: Number(port) });
    for (const socket of [client, behind]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        behind.destroy();
      });
    }
    join(client, behind, fuse, cut);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const through = new URL(url);
  through.port = String((listener.address() as AddressInfo).port);
  return {
    url: through.href,
    async close() {
      cut();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}

const isStatement = (type: string): boolean => type === 'Q' || type === 'E';
/** The server answers each with a ReadyForQuery, in order. */
const asksForReady = (type: string): boolean => type === 'Q' || type === 'S';
const readyForQuery = 'Z';

function join(client: Socket, behind: Socket, fuse: Fuse, cut: () => void): void {
  const asked = new Messages(false);
  const answered = new Messages(true);
  // One is given after the log-in without being asked for.
  let awaited = 1;
  let isLast = false;
  /** Nothing more is sent; the answer to the last statement is awaited and kept. */
  let isEnding = false;

  client.on('data', (chunk) => {
    for (const { type, bytes } of asked.take(chunk)) {
      if (isEnding || (fuse.isBlown && !isLast)) return;
      if (isStatement(type)) {
        const burning = fuse.burn();
        if (burning === 'dead') return cut();
        isLast = burning === 'last';
      }
      behind.write(bytes);
      if (!asksForReady(type)) continue;
      awaited += 1;
      isEnding = isLast;
    }
  });
  behind.on('data', (chunk) => {
    for (const { type, bytes } of answered.take(chunk)) {
      if (type === readyForQuery) awaited -= 1;
      if (isEnding && awaited === 0) return cut();
      if (!fuse.isBlown) client.write(bytes);
    }
  });
}

interface Message {
  /** One letter; empty for the first message of a client, which has none. */
  readonly type: string;
  readonly bytes: Buffer;
}

/** Cuts a stream into messages. */
class Messages {
  #rest: Buffer = Buffer.alloc(0);
  #hasType: boolean;

  constructor(hasType: boolean) {
    this.#hasType = hasType;
  }

  *take(chunk: Buffer): Generator<Message> {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    for (;;) {
      const lengthAt = this.#hasType ? 1 : 0;
      if (this.#rest.length < lengthAt + 4) return;
      const end = lengthAt + this.#rest.readInt32BE(lengthAt);
      if (this.#rest.length < end) return;
      const bytes = this.#rest.subarray(0, end);
      const type = this.#hasType ? String.fromCharCode(bytes[0] ?? 0) : '';
      this.#rest = this.#rest.subarray(end);
      this.#hasType = true;
      yield { type, bytes };
    }
  }
}
