/**
 * One question to one VOMS server over TLS, with a proxy as client certificate (credentials.md §7.2). The server is
 * known by the subject of its certificate and the chain above it in our trust store: host names mean nothing in VOMS.
 */
import { once } from 'node:events';
import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import {
  isSameSlashForm,
  maxVomsAnswerBytes,
  parseCertificate,
  parseVomsAnswer,
  slashForm,
  validateChain,
  vomsAnswerEnd,
  vomsGreeting,
  vomsRequest,
  type TrustStore,
  type VomsAnswer,
  type VomsRequest,
  type VomsServer,
} from '@wm/credentials';

/** Who asks; PEM. */
export interface VomsClient {
  readonly chainPem: string;
  readonly keyPem: string;
}

export interface VomsQuestion {
  readonly server: VomsServer;
  readonly request: VomsRequest;
  readonly client: VomsClient;
  readonly trust: TrustStore;
  readonly nowMs: number;
  /** Ends the talk wherever it is. */
  readonly signal: AbortSignal;
}

/** Throws what stands in the way; nothing is sent before the server is known. */
async function checkServer(socket: TLSSocket, { server, trust, nowMs }: VomsQuestion): Promise<void> {
  const shown = socket.getPeerX509Certificate();
  if (!shown) throw new Error('it shows no certificate');
  const certificate = parseCertificate(new Uint8Array(shown.raw));
  const subject = slashForm(certificate.subject);
  if (!isSameSlashForm(subject, server.dn)) throw new Error(`it is "${subject}" and not "${server.dn}"`);
  await validateChain([certificate], trust, nowMs);
}

async function readAnswer(socket: TLSSocket): Promise<VomsAnswer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of socket as AsyncIterable<Buffer>) {
    parts.push(part);
    bytes += part.length;
    if (bytes > maxVomsAnswerBytes) throw new Error(`it answers with more than ${maxVomsAnswerBytes} bytes`);
    const end = Buffer.concat(parts.slice(-2)).toString('latin1').trimEnd();
    if (end.endsWith(vomsAnswerEnd)) break;
  }
  return parseVomsAnswer(Buffer.concat(parts).toString('latin1'));
}

async function talk(socket: TLSSocket, question: VomsQuestion): Promise<VomsAnswer> {
  await once(socket, 'secureConnect', { signal: question.signal });
  await checkServer(socket, question);
  // Two records: the server takes the first for the greeting, whatever is in it.
  socket.write(vomsGreeting);
  socket.write(vomsRequest(question.request));
  return readAnswer(socket);
}

/** TLS alerts by which a server says that it is our certificate it does not want. */
const ofCertificate = /ALERT_(?:.*CERTIFICATE.*|UNKNOWN_CA|ACCESS_DENIED|DECRYPT_ERROR)$/;

function refusalOf(error: unknown): VomsAnswer | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const alert = ofCertificate.exec(code)?.[0];
  if (alert === undefined) return undefined;
  const words = alert
    .replace(/^ALERT_/, '')
    .replaceAll('_', ' ')
    .toLowerCase();
  return { kind: 'refused', isFinal: true, text: `The certificate is not taken: ${words}.` };
}

/** Throws when the server cannot be reached, is another one, or sends no answer. */
export async function askVomsServer(question: VomsQuestion): Promise<VomsAnswer> {
  const { server, client, signal } = question;
  const socket = connect({
    host: server.host,
    port: server.port,
    ...(isIP(server.host) === 0 && { servername: server.host }),
    cert: client.chainPem,
    key: client.keyPem,
    // Done by checkServer, with our trust store and the name of the server.
    rejectUnauthorized: false,
  });
  let failure: Error | undefined;
  socket.on('error', (error: Error) => {
    failure ??= error;
  });
  const end = (): void => void socket.destroy(signal.reason as Error);
  signal.addEventListener('abort', end);
  try {
    return await talk(socket, question);
  } catch (error) {
    // The stream may end a moment before it is told that our certificate was refused.
    if (!socket.closed) await once(socket.destroy(), 'close');
    const refusal = refusalOf(error) ?? refusalOf(failure);
    if (refusal) return refusal;
    if (signal.aborted) throw new Error('it does not answer in time', { cause: error });
    throw error;
  } finally {
    signal.removeEventListener('abort', end);
    socket.destroy();
  }
}
