/** A wire to a service on loopback that cuts the answer to a request: what happens when a reply is lost. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface CuttingWire {
  readonly port: number;
  /** The next thing the service says is lost, with its connection. */
  loseNextAnswer(): void;
  /** The same for what is said after a request with this text. */
  loseAnswerTo(text: string): void;
  close(): Promise<void>;
}

export async function openCuttingWire(port: number): Promise<CuttingWire> {
  const sockets = new Set<Socket>();
  let isLosing = false;
  let fatal: string | undefined;
  const server = createServer((client) => {
    const service = connect(port, '127.0.0.1');
    const cut = (): void => [client, service].forEach((socket) => socket.destroy());
    for (const socket of [client, service]) {
      sockets.add(socket);
      socket.on('error', cut);
      socket.on('close', () => {
        sockets.delete(socket);
        cut();
      });
    }
    client.pipe(service);
    client.on('data', (chunk: Buffer) => {
      if (fatal === undefined || !chunk.includes(fatal)) return;
      isLosing = true;
      fatal = undefined;
    });
    service.on('data', (chunk) => {
      if (!isLosing) return void client.write(chunk);
      isLosing = false;
      cut();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    loseNextAnswer: () => {
      isLosing = true;
    },
    loseAnswerTo: (text) => {
      fatal = text;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
