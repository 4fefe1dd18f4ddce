/** A browser without a screen: keeps cookies, follows the log-in, sends what the portal would send. */
import assert from 'node:assert/strict';

export interface SendOptions {
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Sent as JSON unless it is text, bytes or a form. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

export interface Visitor {
  readonly cookies: Map<string, string>;
  csrfToken: string;
  /** With our origin and the token of the session; a header of `undefined` leaves one out. */
  send(method: string, path: string, options?: SendOptions): Promise<Response>;
  /** Follows redirects from `url` until a page comes. */
  follow(url: string, init?: RequestInit): Promise<{ readonly url: string; readonly response: Response }>;
  logIn(userName: string, password?: string): Promise<void>;
}

const isRaw = (body: unknown): body is string | Uint8Array<ArrayBuffer> | FormData =>
  typeof body === 'string' || body instanceof Uint8Array || body instanceof FormData;

export function createVisitor(origin: string): Visitor {
  const cookies = new Map<string, string>();

  async function fetchWithCookies(url: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    if (!headers.has('cookie') && cookies.size > 0)
      headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  }

  const visitor: Visitor = {
    cookies,
    csrfToken: '',
    async send(method, path, { headers = {}, body, signal } = {}) {
      const all = new Headers({ origin, 'x-csrf-token': visitor.csrfToken });
      if (body !== undefined && !isRaw(body)) all.set('content-type', 'application/json');
      for (const [name, value] of Object.entries(headers))
        if (value === undefined) all.delete(name);
        else all.set(name, value);
      return fetchWithCookies(new URL(path, origin).href, {
        method,
        headers: all,
        ...(body === undefined ? {} : { body: isRaw(body) ? body : JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
      });
    },
    async follow(url, init = {}) {
      let response = await fetchWithCookies(url, init);
      let at = url;
      for (let hops = 0; response.status >= 300 && response.status < 400; hops++) {
        assert(hops < 10, 'too many redirects');
        await response.body?.cancel();
        at = new URL(response.headers.get('location') ?? '', at).href;
        if (new URL(at).pathname === '/') break;
        response = await fetchWithCookies(at, {});
      }
      return { url: at, response };
    },
    async logIn(userName, password = 'demo') {
      const form = await visitor.follow(`${origin}/bff/login?provider=main`);
      await form.response.body?.cancel();
      const body = new URLSearchParams({ user: userName, password });
      const end = await visitor.follow(form.url, { method: 'POST', body });
      assert.equal(end.url, `${origin}/`, 'log-in did not end at the portal');
      const me = await visitor.send('GET', '/bff/me');
      visitor.csrfToken = ((await me.json()) as { readonly csrfToken: string }).csrfToken;
    },
  };
  return visitor;
}
