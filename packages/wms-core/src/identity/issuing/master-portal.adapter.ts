/**
 * The GetProxy endpoint of a Master Portal (OAuth for MyProxy, as in front of RCauth): a form with client, access
 * token and lifetime goes out, certificates and a fresh private key come back as PEM. Only what cannot be told apart
 * from a proxy is let through; whose it is and whether it can be trusted is judged by those who ask.
 */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { request as plainRequest } from 'node:http';
import { request } from 'node:https';
import { rootCertificates } from 'node:tls';
import { digestOfKey, readPem, writeCertificates, writePem, type TrustStore } from '@wm/credentials';
import { WmsError } from '../../kernel/wms-error.ts';
import type { GivenProxy } from './proxy-provider.ts';

export interface MasterPortalEndpoint {
  /** As people call it. */
  readonly name: string;
  readonly getProxyUrl: string;
  readonly clientId: string;
  /** File of mode 0600 that holds nothing but the secret. */
  readonly clientSecretFile: string;
  /** For its certificate, beside the authorities that browsers know. */
  readonly trust: { current(): Promise<TrustStore> };
  /** Default 30 s for the whole answer: a Master Portal may have to ask an authority first. */
  readonly patienceMs?: number;
}

/** Undefined: the access token is good no more. */
export type GetProxy = (accessToken: string, lifetimeS: number) => Promise<GivenProxy | undefined>;

/** A chain of ten certificates of 4096 bits is a third of it. */
const longestAnswer = 65_536;

interface Answer {
  readonly status: number;
  readonly text: string;
}

export function createGetProxy(endpoint: MasterPortalEndpoint): GetProxy {
  const { name, getProxyUrl } = endpoint;
  const unavailable = (words: string, cause?: unknown): WmsError =>
    new WmsError('service.unavailable', `${name} ${words}`, {}, { cause });

  async function secret(): Promise<string> {
    const file = endpoint.clientSecretFile;
    const isPrivate = await stat(file).then(
      ({ mode }) => (mode & 0o077) === 0,
      (cause: unknown) => {
        throw unavailable('is not set up here: its client secret cannot be read. Tell the operators.', cause);
      },
    );
    if (!isPrivate)
      throw unavailable('is not set up here: others can read its client secret. Tell the operators.');
    return (await readFile(file, 'utf8')).trim();
  }

  /** Follows no redirect: secrets of the form would go elsewhere with it. */
  async function send(form: URLSearchParams): Promise<Answer> {
    const body = form.toString();
    const isPlain = getProxyUrl.startsWith('http:');
    const { authorities } = await endpoint.trust.current();
    const options = {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': Buffer.byteLength(body),
        accept: 'text/plain',
      },
      signal: AbortSignal.timeout(endpoint.patienceMs ?? 30_000),
      agent: false as const,
      ...(isPlain
        ? {}
        : { ca: [...rootCertificates, ...authorities.map(({ der }) => writePem('CERTIFICATE', der))] }),
    };
    return new Promise<Answer>((resolve, reject) => {
      const sent = (isPlain ? plainRequest : request)(getProxyUrl, options, (answer) => {
        const parts: Buffer[] = [];
        let bytes = 0;
        answer.on('data', (part: Buffer) => {
          parts.push(part);
          bytes += part.length;
          if (bytes > longestAnswer) answer.destroy(unavailable('answered with more than a proxy.'));
        });
        answer.once('error', reject);
        answer.once('end', () => {
          resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(parts).toString('latin1') });
          for (const part of parts) part.fill(0);
        });
      });
      sent.once('error', reject);
      sent.end(body);
    }).catch((error: unknown) => {
      if (error instanceof WmsError) throw error;
      const isLate = error instanceof Error && ['TimeoutError', 'AbortError'].includes(error.name);
      throw unavailable(
        isLate
          ? 'takes too long to answer. Try again in a few minutes.'
          : 'cannot be reached. Try again in a few minutes.',
        error,
      );
    });
  }

  return async (accessToken, lifetimeS) => {
    const answer = await send(
      new URLSearchParams({
        client_id: endpoint.clientId,
        client_secret: await secret(),
        access_token: accessToken,
        proxylifetime: String(lifetimeS),
      }),
    );
    if (answer.status === 200) return readProxy(name, answer.text);
    const word = errorWord(answer.text) ?? `status ${answer.status}`;
    if (isAboutToken(word, answer.status)) return undefined;
    throw refusal(name, word, answer.status);
  };
}

/** RFC 6749 §5.2 in JSON, or in the lines of older Master Portals. Nothing else of an answer is ever repeated. */
const errorWord = (text: string): string | undefined =>
  /\berror"?\s*[:=]\s*"?([a-z_]{3,40})\b/.exec(text)?.[1];

const tokenWords: readonly string[] = ['invalid_token', 'expired_token', 'invalid_grant', 'status 401'];

const isAboutToken = (word: string, status: number): boolean =>
  tokenWords.includes(word) || (status === 401 && !Object.hasOwn(remedies, word));

/** What has to be done elsewhere. */
const remedies: Readonly<Record<string, string>> = {
  invalid_client:
    'does not know this installation. Tell the operators: clientId or its secret is another there.',
  unauthorized_client:
    'gives this installation no proxies. Tell the operators: the client must be approved there.',
  insufficient_scope:
    'gave a token that is for no proxies. Tell the operators: scopes must name that of proxies.',
  invalid_scope: 'gave a token that is for no proxies. Tell the operators: scopes must name that of proxies.',
};

function refusal(name: string, word: string, status: number): WmsError {
  if (status >= 300 && status < 400)
    return new WmsError('service.unavailable', `${name} points elsewhere, where nothing is sent (${word}).`);
  const remedy = Object.hasOwn(remedies, word) ? remedies[word] : undefined;
  if (remedy !== undefined) return new WmsError('service.unavailable', `${name} ${remedy}`, { word });
  if (word === 'access_denied' || status === 403)
    return new WmsError(
      'access.denied',
      `${name} gives you no proxy (${word}). You may lack an entitlement there; ask its support.`,
      { word },
    );
  return new WmsError('service.unavailable', `${name} gave no proxy (${word}). Try again in a few minutes.`, {
    word,
  });
}

/** How the private key is encoded below each label. */
const keyForms: Readonly<Record<string, 'pkcs8' | 'pkcs1' | 'sec1'>> = {
  'PRIVATE KEY': 'pkcs8',
  'RSA PRIVATE KEY': 'pkcs1',
  'EC PRIVATE KEY': 'sec1',
};

function keyOf(name: string, label: string, der: Uint8Array): KeyObject {
  try {
    return createPrivateKey({ key: Buffer.from(der), format: 'der', type: keyForms[label] ?? 'pkcs8' });
  } catch {
    // The fault may quote what it could not read.
    throw unreadable(name, 'its private key cannot be read');
  }
}

const unreadable = (name: string, why: string): WmsError =>
  new WmsError('proxy.invalid', `${name} answered with something else than a proxy: ${why}.`, {
    reason: 'NOT_A_PROXY',
  });

async function readProxy(name: string, text: string): Promise<GivenProxy> {
  const blocks = readPem(text);
  const certificates = blocks.filter(({ label }) => label === 'CERTIFICATE');
  const keys = blocks.filter(({ label }) => label !== 'CERTIFICATE');
  if (certificates.length === 0) throw unreadable(name, 'no certificate is in it');
  const [only, ...more] = keys;
  if (only === undefined || more.length > 0 || !Object.hasOwn(keyForms, only.label))
    throw unreadable(name, 'it should hold one private key in clear');
  const privateKey = keyOf(name, only.label, only.der);
  only.der.fill(0);
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return {
    chainPem: writeCertificates(certificates.map(({ der }) => der)),
    keyDigest: await digestOfKey(publicKey),
    key: privateKey.export({ format: 'der', type: 'pkcs8' }),
  };
}
