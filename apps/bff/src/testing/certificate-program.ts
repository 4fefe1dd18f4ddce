/** A program at the certificate port: a TLS client with a chain and a key, one connection a request unless kept. */
import { Agent, request as httpsRequest } from 'node:https';
import type { IncomingHttpHeaders } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { writePem } from '@wm/credentials';
import { privateKeyOf, type Credential } from '@wm/credentials/authority';

export interface ProgramOptions {
  /** PEM of the authority of the port's own certificate. */
  readonly ca: string;
  /** Shown to the server, leaf first; the key is that of the leaf. None = no certificate. */
  readonly chain?: readonly Credential[];
  readonly keepAlive?: boolean;
  readonly maxVersion?: 'TLSv1.2' | 'TLSv1.3';
  /** A session to resume. */
  readonly session?: Buffer;
}

export interface ProgramAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly json: () => { readonly code?: string; readonly details?: { readonly reason?: string } };
  readonly socket: TLSSocket;
  readonly isResumed: boolean;
}

interface ProgramRequest {
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
}

export interface Program extends Disposable {
  send(method: string, url: string, request?: ProgramRequest): Promise<ProgramAnswer>;
}

/** Certificates of a chain as PEM, leaf first. */
export const chainPem = (chain: readonly Credential[]): string =>
  chain.map(({ certificate }) => writePem('CERTIFICATE', certificate.der)).join('');

/** The file that grid tools call a proxy: leaf, its key, the rest. */
export async function proxyFile([leaf, ...rest]: readonly Credential[]): Promise<string> {
  if (leaf === undefined) return '';
  return chainPem([leaf]) + writePem('PRIVATE KEY', await privateKeyOf(leaf)) + chainPem(rest);
}

export async function createProgram({
  chain = [],
  keepAlive = false,
  ...tls
}: ProgramOptions): Promise<Program> {
  const pem = await proxyFile(chain);
  const agent = new Agent({ keepAlive, maxSockets: 1, ...tls, ...(pem && { cert: pem, key: pem }) });
  return {
    send: (method, url, { headers = {}, body } = {}) =>
      new Promise((resolve, reject) => {
        const json = body === undefined ? {} : { 'content-type': 'application/json' };
        const sent = httpsRequest(url, { method, agent, headers: { ...json, ...headers } }, (response) => {
          const socket = response.socket as TLSSocket;
          const isResumed = socket.isSessionReused();
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.once('error', reject);
          response.once('end', () => {
            const text = Buffer.concat(parts).toString('utf8');
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              text,
              json: () => JSON.parse(text) as ReturnType<ProgramAnswer['json']>,
              socket,
              isResumed,
            });
          });
        });
        sent.once('error', reject);
        sent.end(body === undefined ? undefined : JSON.stringify(body));
      }),
    [Symbol.dispose]: () => agent.destroy(),
  };
}
