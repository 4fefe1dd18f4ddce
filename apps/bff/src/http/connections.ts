/**
 * Which connections of a server carry a request now. Node's own `closeIdleConnections` leaves those that never
 * sent one, which browsers open in advance, and a stop would wait for them in vain.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface Connections {
  /** Closes this one now, or as soon as it has answered. */
  closeOneWhenIdle(socket: Socket): void;
  /** Closes those without a request now, and each other one as soon as it has answered. */
  closeWhenIdle(): void;
}

/** Over TLS, requests are of the secure connection and not of the one below it. */
export function watchConnections(
  server: Server,
  opens: 'connection' | 'secureConnection' = 'connection',
): Connections {
  const open = new Set<Socket>();
  const ending = new WeakSet<Socket>();
  const requests = new WeakMap<Socket, number>();
  let isClosing = false;
  const isIdle = (socket: Socket): boolean => (requests.get(socket) ?? 0) === 0;
  const count = (socket: Socket, change: 1 | -1): void => {
    requests.set(socket, (requests.get(socket) ?? 0) + change);
  };
  server.on(opens, (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    count(socket, 1);
    response.once('close', () => {
      count(socket, -1);
      if ((isClosing || ending.has(socket)) && isIdle(socket)) socket.destroySoon();
    });
  });
  return {
    closeOneWhenIdle(socket) {
      ending.add(socket);
      if (isIdle(socket)) socket.destroySoon();
    },
    closeWhenIdle() {
      isClosing = true;
      for (const socket of open) if (isIdle(socket)) socket.destroy();
    },
  };
}
