/**
 * HTTP to Keystone and Nova: logs in when needed, once more when the token is not taken any more. What says nothing about
 * any machine is thrown as `service.unavailable` with the words of the service; `details.wasSent` tells whether it may have
 * acted on the request nevertheless. Each request has a connection of its own: one that was kept could break just when
 * a machine is ordered.
 */
import { readFile } from 'node:fs/promises';
import type { Clock } from '../../../kernel/clock.ts';
import { WmsError } from '../../../kernel/wms-error.ts';
import { httpFailure } from '../../hosts/http-failure.ts';
import { errorWords, sessionIn, type Session } from './openstack-answers.ts';
import type { OpenstackParameters } from './openstack-parameters.ts';

export interface NovaAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface OpenstackHttp {
  /** `path` is below the compute service. */
  ask(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<NovaAnswer>;
}

interface Order {
  readonly method: string;
  readonly url: string;
  readonly headers?: Record<string, string>;
  readonly body?: object | undefined;
}

/** A token is not used in its last minute. */
const spareMs = 60_000;

const unavailable = (url: string, words: string, wasSent: boolean, cause?: unknown): WmsError =>
  new WmsError(
    'service.unavailable',
    `OpenStack at ${new URL(url).host} does not answer: ${words}`,
    { url, wasSent },
    { cause },
  );

export const createOpenstackHttp = (values: OpenstackParameters, clock: Clock): OpenstackHttp => {
  const { authUrl, region, requestTimeoutS } = values;
  let kept: Promise<Session & { readonly token: string }> | undefined;

  const send = (order: Order) => exchange(order, requestTimeoutS);

  const logIn = async () => {
    const { response, body } = await send(await logInOrder(values, send));
    const token = response.headers.get('x-subject-token');
    if (response.status !== 201 || token === null)
      throw unavailable(authUrl, `the log-in got ${response.status} ${errorWords(body)}`, false);
    const session = sessionIn(body, region);
    if (typeof session === 'string') throw unavailable(authUrl, session, false);
    return { ...session, token };
  };

  const current = async () => {
    const session = await kept?.catch(() => undefined);
    if (session !== undefined && session.expiresAtMs - spareMs > clock.nowMs()) return session;
    kept = logIn();
    return kept;
  };

  const ask: OpenstackHttp['ask'] = async (method, path, body) => {
    const once = async () => {
      const { computeUrl, token } = await current();
      return send({ method, url: `${computeUrl}${path}`, headers: { 'x-auth-token': token }, body });
    };
    let answer = await once();
    if (answer.response.status === 401) {
      kept = undefined;
      answer = await once();
    }
    const { status, url } = answer.response;
    if (status === 401 || status >= 500)
      throw unavailable(url, `${method} got ${status} ${errorWords(answer.body)}`, status >= 500);
    return { status, body: answer.body };
  };
  return { ask };
};

const exchange = async ({ method, url, headers, body }: Order, timeoutS: number) => {
  try {
    const response = await fetch(url, {
      method,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutS * 1000),
      headers: {
        accept: 'application/json',
        connection: 'close',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { response, body: parsed(await response.text()) };
  } catch (error) {
    const { words, wasSent } = httpFailure(error, timeoutS);
    throw unavailable(url, words, wasSent, error);
  }
};

const logInOrder = async (
  { authUrl, applicationCredentialFile, oidc }: OpenstackParameters,
  send: (order: Order) => ReturnType<typeof exchange>,
): Promise<Order> => {
  const url = `${authUrl}/auth/tokens`;
  if (oidc === undefined) {
    const { id, secret } = await credentialIn(authUrl, applicationCredentialFile ?? '');
    const identity = { methods: ['application_credential'], application_credential: { id, secret } };
    return { method: 'POST', url, body: { auth: { identity } } };
  }
  const { identityProvider, protocol, projectId, tokenFile } = oidc;
  const bearer = (await textOf(authUrl, tokenFile, 'an access token')).trim();
  const federation = `${authUrl}/OS-FEDERATION/identity_providers/${identityProvider}/protocols/${protocol}/auth`;
  const { response, body } = await send({
    method: 'POST',
    url: federation,
    headers: { authorization: `Bearer ${bearer}` },
  });
  const token = response.headers.get('x-subject-token');
  if (token === null)
    throw unavailable(
      authUrl,
      `the log-in with ${identityProvider} got ${response.status} ${errorWords(body)}`,
      false,
    );
  const auth = {
    identity: { methods: ['token'], token: { id: token } },
    scope: { project: { id: projectId } },
  };
  return { method: 'POST', url, body: { auth } };
};

const textOf = (authUrl: string, path: string, what: string): Promise<string> =>
  readFile(path, 'utf8').catch((cause: unknown) => {
    throw unavailable(authUrl, `${path} cannot be read; it should hold ${what}`, false, cause);
  });

const credentialIn = async (authUrl: string, path: string): Promise<{ id: string; secret: string }> => {
  const value = parsed(await textOf(authUrl, path, 'an application credential'));
  const { id, secret } = (value ?? {}) as { id?: unknown; secret?: unknown };
  if (typeof id === 'string' && typeof secret === 'string') return { id, secret };
  throw unavailable(authUrl, `${path} should hold {"id": "…", "secret": "…"}`, false);
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
