/**
 * The typed client of every face, for portal, pilot and tests. Shapes come from the contracts as types only,
 * so no validator is shipped to the browser. Answers are trusted: both sides are built from one contract.
 */
import { WmsError, type ErrorCode } from '@wm/wms-core/vocabulary';
import type { AnswerOf, InputOf, RouteKey, Routes } from './index.ts';
import type { Problem } from './problem.ts';

type Defined<T> = { [K in keyof T as T[K] extends undefined ? never : K]: T[K] };

/** The parts a route needs: params, query, body. */
export type CallInput<K extends RouteKey> = Defined<InputOf<Routes[K]>>;

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface ClientOptions {
  /** '' for the same origin. */
  readonly baseUrl: string;
  /** Headers of every call: CSRF token and group, or the pilot's bearer token. */
  readonly headers: () => Readonly<Record<string, string>>;
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** An answer with its status and headers, for `Content-Range` and the like. */
export interface CallAnswer<K extends RouteKey> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: AnswerOf<Routes[K]>;
}

export interface ApiClient {
  call<K extends RouteKey>(key: K, input: CallInput<K>, options?: CallOptions): Promise<AnswerOf<Routes[K]>>;
  callWithHeaders<K extends RouteKey>(
    key: K,
    input: CallInput<K>,
    options?: CallOptions,
  ): Promise<CallAnswer<K>>;
}

type Scalar = string | number | boolean;

interface LooseInput {
  readonly params?: Readonly<Record<string, Scalar | undefined>>;
  readonly query?: Readonly<Record<string, Scalar | undefined>>;
  readonly body?: unknown;
}

/** Fills `:name` parts and appends the query; undefined values are left out. */
export function urlOf(key: RouteKey, input: LooseInput): string {
  const path = key
    .slice(key.indexOf(' ') + 1)
    .replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(input.params?.[name])));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(input.query ?? {}))
    if (value !== undefined) query.set(name, String(value));
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** What OAuth has as forms; the rest is JSON. Told by the contract too, which is not shipped to browsers. */
const formRoute = /^POST \/api\/auth\//;

function writtenBody(key: RouteKey, body: unknown): Pick<RequestInit, 'body'> {
  if (body === undefined) return {};
  if (!formRoute.test(key)) return { body: JSON.stringify(body) };
  const given = Object.entries(body as Readonly<Record<string, string | undefined>>);
  return {
    body: new URLSearchParams(given.filter((entry): entry is [string, string] => entry[1] !== undefined)),
  };
}

async function errorOf(response: Response): Promise<WmsError> {
  const text = await response.text();
  try {
    const body = JSON.parse(text) as Partial<Problem> & { detail?: unknown };
    const code: ErrorCode = body.code ?? (response.status === 401 ? 'access.unauthenticated' : 'internal');
    const detail = typeof body.detail === 'string' ? body.detail : JSON.stringify(body.detail ?? body.title);
    return new WmsError(code, detail, {
      ...body.details,
      status: response.status,
      requestId: body.requestId,
    });
  } catch {
    const code: ErrorCode =
      response.status >= 502 && response.status <= 504 ? 'service.unavailable' : 'internal';
    return new WmsError(code, `The server answered ${response.status}.`, { status: response.status });
  }
}

/** Calls throw `WmsError`; a server that cannot be reached throws `service.unavailable`. */
export function createClient(options: ClientOptions): ApiClient {
  const doFetch = options.fetch ?? globalThis.fetch.bind(globalThis);
  async function callWithHeaders<K extends RouteKey>(
    key: K,
    input: CallInput<K>,
    callOptions: CallOptions = {},
  ): Promise<CallAnswer<K>> {
    const loose = input as LooseInput;
    const headers: Record<string, string> = {
      accept: 'application/json',
      ...options.headers(),
      ...callOptions.headers,
    };
    if (loose.body !== undefined && !formRoute.test(key)) headers['content-type'] = 'application/json';
    let response: Response;
    try {
      response = await doFetch(options.baseUrl + urlOf(key, loose), {
        method: key.slice(0, key.indexOf(' ')),
        headers,
        ...writtenBody(key, loose.body),
        ...(callOptions.signal ? { signal: callOptions.signal } : {}),
      });
    } catch (cause) {
      if (callOptions.signal?.aborted) throw cause;
      throw new WmsError('service.unavailable', 'The server cannot be reached.', {}, { cause });
    }
    if (!response.ok && response.status !== 416) throw await errorOf(response);
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    const body = (isJson ? await response.json() : undefined) as AnswerOf<Routes[K]>;
    return { status: response.status, headers: response.headers, body };
  }
  return {
    callWithHeaders,
    call: async (key, input, callOptions) => (await callWithHeaders(key, input, callOptions)).body,
  };
}
