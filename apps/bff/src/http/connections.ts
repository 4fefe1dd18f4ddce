/**
 * Which connections of a server carry a request now. Node's own `closeIdleConnections` leaves those that never
 * sent one, which browsers open in advance, and a stop would wait for them in vain.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface Connections {
  closeIdle(): void;
}

export function watchConnections(server: Server): Connections {
  const open = new Set<Socket>();
  const requests = new WeakMap<Socket, number>();
  const count = (socket: Socket, change: 1 | -1): void => {
    requests.set(socket, (requests.get(socket) ?? 0) + change);
  };
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    count(socket, 1);
    response.once('close', () => count(socket, -1));
  });
  return {
    closeIdle() {
      for (const socket of open) if ((requests.get(socket) ?? 0) === 0) socket.destroy();
    },
  };
}
