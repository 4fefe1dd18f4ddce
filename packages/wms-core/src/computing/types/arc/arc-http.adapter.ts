/**
 * HTTPS to the REST interface of A-REX. What says nothing about any job (no connection, TLS, time-out, 401, 403, 5xx)
 * is thrown as `service.unavailable` with the words of the service; `details.wasSent` tells whether the service may
 * have acted on the request nevertheless. Connections are kept while the credential is the same.
 */
import { Agent, request, type RequestOptions } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { WmsError } from '../../../kernel/wms-error.ts';
import type { ArcCredential } from './arc-credential.adapter.ts';

type Body = string | Uint8Array | undefined;

export interface ArcQuestion {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT';
  /** Below `/rest/1.0`. */
  readonly path: string;
  readonly body?: string | Uint8Array;
  /** Exactly this: A-REX ignores a body whose type says more. */
  readonly contentType?: string;
  readonly range?: string;
}

export interface ArcAnswer {
  readonly status: number;
  readonly words: string;
  readonly body: Buffer;
  readonly location: string | undefined;
  /** Of the whole thing; 0 when not told. */
  readonly length: number;
}

export interface ArcHttp {
  ask(question: ArcQuestion): Promise<ArcAnswer>;
}

export interface ArcHttpParts {
  /** `https://host:port/path`, without `/rest/1.0`. */
  readonly endpoint: string;
  readonly timeoutMs: number;
  readonly credential: () => Promise<ArcCredential>;
}

/** Codes of failures after which the request cannot have reached the service. */
const neverSent =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ERR_SSL_|ERR_TLS_|CERT_|DEPTH_ZERO|UNABLE_TO_|SELF_SIGNED)/;
const mostBodyBytes = 64 * 1_048_576;
const mostSockets = 8;

/** Throws `service.unavailable`; true when the service may have acted nevertheless. */
export const mayHaveActed = (error: unknown): boolean =>
  !(error instanceof WmsError) || error.details['wasSent'] !== false;

export const createArcHttp = (parts: ArcHttpParts): ArcHttp => {
  let kept: { readonly digest: string; readonly agent: Agent } | undefined;

  const agentFor = ({ digest, authorities, proxy }: ArcCredential): Agent => {
    if (kept?.digest !== digest) {
      kept?.agent.destroy();
      const certificate = proxy === undefined ? {} : { cert: proxy.pem, key: proxy.pem };
      kept = {
        digest,
        agent: new Agent({ keepAlive: true, maxSockets: mostSockets, ca: authorities, ...certificate }),
      };
    }
    return kept.agent;
  };

  const unavailable = (words: string, wasSent: boolean, cause?: unknown): WmsError =>
    new WmsError(
      'service.unavailable',
      `${new URL(parts.endpoint).host}: ${words}`,
      { endpoint: parts.endpoint, wasSent },
      { cause },
    );

  const ask = async (question: ArcQuestion): Promise<ArcAnswer> => {
    const credential = await parts.credential();
    const options = optionsOf(question, credential, agentFor(credential));
    let answer: ArcAnswer;
    try {
      answer = await exchange(
        `${parts.endpoint}/rest/1.0${question.path}`,
        options,
        question.body,
        parts.timeoutMs,
      );
    } catch (error) {
      throw unavailable(wordsOf(error, parts.timeoutMs), !neverSent.test(codeOf(error)), error);
    }
    const { status, words, body } = answer;
    if (status === 401 || status === 403 || status >= 500) {
      const text = [words, body.toString('utf8', 0, 300)].filter((part) => part.trim() !== '').join(' · ');
      throw unavailable(`${question.method} answered ${status} ${text}`, status >= 500);
    }
    return answer;
  };

  return { ask };
};

const optionsOf = (question: ArcQuestion, { token }: ArcCredential, agent: Agent): RequestOptions => ({
  agent,
  method: question.method,
  headers: {
    accept: 'application/json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(question.contentType === undefined ? {} : { 'content-type': question.contentType }),
    ...(question.range === undefined ? {} : { range: question.range }),
    ...(question.method === 'POST' || question.method === 'PUT'
      ? { 'content-length': Buffer.byteLength(question.body ?? '') }
      : {}),
  },
});

/** The service closed a kept connection while we began to use it. */
class StaleConnection extends Error {
  readonly code = 'ECONNRESET';
}

/** Once more on a fresh connection, where doing a thing twice is doing it once. */
const exchange = (url: string, options: RequestOptions, body: Body, timeoutMs: number): Promise<ArcAnswer> =>
  send(url, options, body, timeoutMs).catch((error: unknown) => {
    if (!(error instanceof StaleConnection) || options.method === 'POST') throw error;
    return send(url, options, body, timeoutMs);
  });

const send = (url: string, options: RequestOptions, body: Body, timeoutMs: number): Promise<ArcAnswer> =>
  new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const outgoing = request(url, { ...options, signal }, (incoming) => {
      collect(incoming).then(resolve, reject);
    });
    outgoing.on('error', (error) => {
      const isStale = outgoing.reusedSocket && codeOf(error) === 'ECONNRESET';
      reject(isStale ? new StaleConnection(error.message, { cause: error }) : error);
    });
    outgoing.end(body);
  });

async function collect(incoming: IncomingMessage): Promise<ArcAnswer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > mostBodyBytes) throw new Error(`the answer is longer than ${mostBodyBytes} bytes`);
    chunks.push(chunk);
  }
  return {
    status: incoming.statusCode ?? 0,
    words: incoming.statusMessage ?? '',
    body: Buffer.concat(chunks),
    location: incoming.headers.location,
    length: Number(incoming.headers['content-length'] ?? 0),
  };
}

const codeOf = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
};

const wordsOf = (error: unknown, timeoutMs: number): string => {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError' || error.name === 'AbortError')
    return `no answer within ${timeoutMs / 1000} s`;
  return error.message.trim();
};
