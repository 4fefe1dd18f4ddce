/**
 * What payloads really did, heard from themselves: each keeps a connection open while it runs, so its death is noticed
 * however it died. The judge of jobs that must not run twice at once.
 */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

export interface PayloadLedger extends AsyncDisposable {
  /** The shell command of a payload that tells this ledger, works for a moment and waits to be heard. */
  readonly command: string;
  readonly started: () => number;
  /** Payloads that came to their end. */
  readonly ended: () => number;
  readonly running: () => number;
  /** Jobs that had two payloads at the same time. */
  readonly doubles: () => readonly number[];
}

export async function openPayloadLedger(): Promise<PayloadLedger> {
  const open = new Map<number, Set<Socket>>();
  const doubles: number[] = [];
  const sockets = new Set<Socket>();
  let started = 0;
  let ended = 0;

  const begin = (jobId: number, socket: Socket): void => {
    started += 1;
    const ofJob = open.get(jobId) ?? new Set();
    if (ofJob.size > 0) doubles.push(jobId);
    open.set(jobId, ofJob.add(socket));
    socket.once('close', () => ofJob.delete(socket));
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      for (const line of data.toString('latin1').trim().split('\n')) {
        if (/^\d+$/.test(line)) begin(Number(line), socket);
        else if (line === 'end') {
          ended += 1;
          socket.end('heard\n');
        }
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    command: `exec 3<>/dev/tcp/127.0.0.1/${port}; echo $JOBID >&3; sleep 1; echo end >&3; read -t 60 word <&3; test $word = heard`,
    started: () => started,
    ended: () => ended,
    running: () => [...open.values()].reduce((sum, { size }) => sum + size, 0),
    doubles: () => doubles,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
