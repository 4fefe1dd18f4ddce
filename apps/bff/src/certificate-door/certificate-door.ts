/**
 * Opens the certificate port: finds its port, tells its origin, and answers "starting" until the app is there. Asked by
 * `server.ts`, once the core is open.
 */
import type { RequestListener } from 'node:http';
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Logger } from '@wm/wms-core/logger';
import { WmsError, type CertificateUseCases } from '@wm/wms-core/vocabulary';
import type { CertificateDoorSettings } from '../settings/certificate-door-settings.ts';
import { createTlsListener, type TlsFiles } from './tls-listener.ts';

export interface CertificateDoorOptions {
  readonly settings: CertificateDoorSettings;
  readonly host: string;
  /** The port of the portal: a demo takes the next free one above. */
  readonly mainPort: number;
  /** Of the demo authority, when the settings name none. */
  readonly demoHostFile: string | undefined;
  readonly certificates: Pick<CertificateUseCases, 'authorities'>;
  readonly log: Logger;
}

export interface CertificateDoor {
  /** As people reach it. */
  readonly origin: string;
  serve(listener: RequestListener): void;
  /** Stops accepting; resolves when the last connection has ended. */
  close(): Promise<void>;
  /** Ends what is left. */
  closeAllConnections(): void;
}

const portsToTry = 20;

const starting: RequestListener = (_request, response) => {
  response.writeHead(503, { 'Content-Type': 'text/plain', 'Retry-After': '1', 'Cache-Control': 'no-store' });
  response.end('The server is starting.\n');
};

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

async function listenAt(
  server: Server,
  { settings, host, mainPort }: CertificateDoorOptions,
): Promise<number> {
  const wanted = settings.port;
  for (let port = wanted ?? mainPort + 1; ; port++)
    try {
      return await listen(server, host, port);
    } catch (error) {
      const { code = 'error' } = error as NodeJS.ErrnoException;
      const mayGoOn = wanted === undefined && code === 'EADDRINUSE' && port <= mainPort + portsToTry;
      if (mayGoOn) continue;
      throw new WmsError(
        'configuration.invalid',
        `WM_CERTIFICATE_PORT: the server may not listen on ${host}:${port} (${code}). Choose another port.`,
      );
    }
}

function filesOf({ settings, demoHostFile }: CertificateDoorOptions): TlsFiles {
  if (settings.tls !== undefined) return settings.tls;
  if (demoHostFile === undefined) throw new Error('settings.ts opens no certificate port without TLS files');
  return { certificate: demoHostFile, key: demoHostFile };
}

const originOf = (host: string, port: number): string =>
  `https://${host.includes(':') ? `[${host}]` : host}:${port}`;

/** Throws `configuration.invalid`. */
export async function openCertificateDoor(options: CertificateDoorOptions): Promise<CertificateDoor> {
  let serve = starting;
  const listener = await createTlsListener({
    files: filesOf(options),
    authorities: () => options.certificates.authorities(),
    log: options.log,
    serve: (request, response) => serve(request, response),
  });
  const { server } = listener;
  const port = await listenAt(server, options);
  const origin = options.settings.url ?? originOf(options.host, port);
  options.log.info({ origin, port }, 'certificate-door.open');
  return {
    origin,
    serve: (answer) => void (serve = answer),
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      listener.close();
      return closed;
    },
    closeAllConnections: () => server.closeAllConnections(),
  };
}
