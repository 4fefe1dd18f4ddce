/**
 * Bearer tokens for a computing element by client credentials (RFC 6749 §4.4). They live in memory until five minutes
 * before their end, one request at a time gets a new one; they are never stored and never given to a payload. Throws
 * `service.unavailable` that names the parameter and what to do.
 */
import { readFile, stat } from 'node:fs/promises';
import process from 'node:process';
import type { Clock } from '../../kernel/clock.ts';
import { WmsError } from '../../kernel/wms-error.ts';
import type { ComputingElementContext } from '../computing-element.ts';
import type { TokenClient } from './token-client.ts';

export type ClientTokens = () => Promise<string>;

interface Parts {
  readonly clock: Clock;
  /** Whose client it is, for messages: `EGI.Example.org/ce`. */
  readonly element: string;
}

interface KeptToken {
  readonly token: string;
  readonly renewAtMs: number;
}

const marginMs = 300_000;
const timeoutMs = 10_000;
const longestAnswer = 65_536;
/** When the issuer does not tell. */
const shortLifeS = 300;

/** What the operator can do about a word of RFC 6749 §5.2 or RFC 8707. */
const remedies: Readonly<Record<string, string>> = {
  invalid_client: 'clientId or its secret is not what is registered there',
  unauthorized_client: 'the client must be allowed the grant client_credentials there',
  unsupported_grant_type: 'the issuer must allow the grant client_credentials',
  invalid_scope: 'the client must be allowed the scopes there, or scopes must name fewer',
  invalid_target: 'the issuer must know the audience',
};

export function createClientTokens(client: TokenClient, { clock, element }: Parts): ClientTokens {
  let kept: KeptToken | undefined;
  let underWay: Promise<string> | undefined;

  const fault = (parameter: keyof TokenClient, words: string, cause?: unknown): WmsError =>
    new WmsError(
      'service.unavailable',
      `tokenClient.${parameter} of ${element}: ${words}`,
      { computingElement: element, parameter: `tokenClient.${parameter}`, wasSent: false },
      { cause },
    );
  const place = client.tokenEndpoint === undefined ? 'issuer' : 'tokenEndpoint';

  async function secret(): Promise<string> {
    const { clientSecretFile: file, clientSecretVariable: variable = '' } = client;
    if (file === undefined) {
      const text = process.env[variable]?.trim() ?? '';
      if (text === '')
        throw fault(
          'clientSecretVariable',
          `${variable} is not set; start the server with the secret in it.`,
        );
      return text;
    }
    const text = await readSecret(file).catch((cause: unknown) => {
      throw fault('clientSecretFile', `${file} cannot be read.`, cause);
    });
    if (text === undefined)
      throw fault(
        'clientSecretFile',
        `${file} can be read by others; chmod 600, and give the client a new secret.`,
      );
    if (text === '') throw fault('clientSecretFile', `${file} is empty; it should hold the client secret.`);
    return text;
  }

  async function send(url: string, init: RequestInit = {}) {
    try {
      // A redirect would carry the secret elsewhere.
      const response = await fetch(url, {
        ...init,
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await response.text();
      return { status: response.status, body: text.length > longestAnswer ? {} : objectIn(text) };
    } catch (cause) {
      throw fault(place, `${url} does not answer.`, cause);
    }
  }

  async function endpoint(): Promise<string> {
    const { issuer, tokenEndpoint } = client;
    if (tokenEndpoint !== undefined) return tokenEndpoint;
    const url = `${(issuer ?? '').replace(/\/$/, '')}/.well-known/openid-configuration`;
    const { status, body } = await send(url);
    const { token_endpoint: found, issuer: own } = body;
    if (status !== 200 || typeof found !== 'string')
      throw fault('issuer', `${url} names no token endpoint (it answered ${status}).`);
    if (own !== issuer)
      throw fault(
        'issuer',
        `${url} is that of another issuer; write it as it does, to the slash at the end.`,
      );
    return found;
  }

  async function ask(): Promise<string> {
    const password = await secret();
    const url = await endpoint();
    const pair = [client.clientId, password].map(formEncoded).join(':');
    const { status, body } = await send(url, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}`, accept: 'application/json' },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        scope: client.scopes.join(' '),
        audience: client.audience,
      }),
    });
    const { access_token: token, expires_in: told } = body;
    if (status !== 200 || typeof token !== 'string' || !/^[\w.~+/=-]+$/.test(token))
      throw refusal(url, status, body['error']);
    const lifeMs = (typeof told === 'number' && told > 0 ? told : shortLifeS) * 1000;
    kept = { token, renewAtMs: clock.nowMs() + lifeMs - Math.min(marginMs, lifeMs / 2) };
    return token;
  }

  function refusal(url: string, status: number, error: unknown): WmsError {
    const word = typeof error === 'string' && /^[a-z_]{1,64}$/.test(error) ? error : `status ${status}`;
    const remedy = Object.hasOwn(remedies, word) ? remedies[word] : 'ask those who run it';
    return fault(place, `${url} gave no token (${word}): ${remedy}.`);
  }

  return () => {
    if (kept !== undefined && clock.nowMs() < kept.renewAtMs) return Promise.resolve(kept.token);
    underWay ??= ask().finally(() => (underWay = undefined));
    return underWay;
  };
}

/** Of a computing element that has such a client. */
export const clientTokensOf = (
  client: TokenClient | undefined,
  { site, name, clock }: Pick<ComputingElementContext, 'site' | 'name' | 'clock'>,
): ClientTokens | undefined => client && createClientTokens(client, { clock, element: `${site}/${name}` });

/** Undefined when others may read it too. */
async function readSecret(file: string): Promise<string | undefined> {
  const { mode } = await stat(file);
  return (mode & 0o077) === 0 ? (await readFile(file, 'utf8')).trim() : undefined;
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}

/** RFC 6749 §2.3.1: encoded as in a form before they are put together. */
const formEncoded = (text: string): string => new URLSearchParams({ x: text }).toString().slice(2);
