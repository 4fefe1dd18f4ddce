/**
 * A TLS listener that asks for certificates and takes any: `tls` cannot judge proxies, our own validation does later
 * (credentials.md §3.4). The trusted authorities are only the list of names that clients choose by.
 */
import { constants } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { SecureContextOptions, TLSSocket } from 'node:tls';
import type { Logger } from '@wm/wms-core/logger';
import { WmsError } from '@wm/wms-core/vocabulary';
import { watchConnections } from '../http/connections.ts';
import { rememberChain } from './shown-chain.ts';

export interface TlsFiles {
  readonly certificate: string;
  readonly key: string;
}

export interface TlsListenerOptions {
  readonly files: TlsFiles;
  readonly authorities: () => Promise<readonly string[]>;
  readonly log: Logger;
  readonly serve: RequestListener;
  /** For tests; see the defaults. */
  readonly connectionLifeMs?: number;
}

export interface TlsListener {
  readonly server: Server;
  close(): void;
}

/** A certificate is proved once a connection, so connections do not last for ever. */
const hourMs = 3_600_000;
/** As often as the trust folder is read. */
const reloadMs = 600_000;

async function readTlsFile(variable: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code = 'error' } = error as NodeJS.ErrnoException;
    throw new WmsError('configuration.invalid', `${variable}: ${path} cannot be read (${code}).`);
  }
}

async function contextOf({ files, authorities }: TlsListenerOptions): Promise<SecureContextOptions> {
  const [cert, key, ca] = await Promise.all([
    readTlsFile('WM_TLS_CERT', files.certificate),
    readTlsFile('WM_TLS_KEY', files.key),
    authorities(),
  ]);
  return {
    cert,
    key,
    ca: [...ca],
    minVersion: 'TLSv1.2',
    // A resumed session would show the first certificate alone, without the chain above it.
    secureOptions: constants.SSL_OP_NO_TICKET,
  };
}

/** Throws `configuration.invalid` for files that cannot be read or do not belong together. */
export async function createTlsListener(options: TlsListenerOptions): Promise<TlsListener> {
  const { log, connectionLifeMs = hourMs } = options;
  const limits = { maxHeaderSize: 32_768, keepAliveTimeout: 65_000 };
  const context = await contextOf(options);
  let server: Server;
  try {
    server = createServer(
      { ...limits, ...context, requestCert: true, rejectUnauthorized: false },
      options.serve,
    );
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new WmsError('configuration.invalid', `WM_TLS_CERT, WM_TLS_KEY: not usable together (${why}).`);
  }
  const connections = watchConnections(server, 'secureConnection');
  server.on('secureConnection', (socket: TLSSocket) => {
    rememberChain(socket);
    const over = setTimeout(() => connections.closeOneWhenIdle(socket), connectionLifeMs).unref();
    socket.once('close', () => clearTimeout(over));
  });
  const reload = setInterval(() => {
    contextOf(options).then(
      (fresh) => server.setSecureContext(fresh),
      (error: unknown) => log.error({ err: error }, 'certificate-door.not-reloaded'),
    );
  }, reloadMs).unref();
  return {
    server,
    close() {
      clearInterval(reload);
      connections.closeWhenIdle();
    },
  };
}
