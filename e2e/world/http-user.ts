/**
 * A user without a browser: logs in through the stand-in Check-in with a cookie jar, then speaks the typed
 * client. Asked by the smoke test, the benchmarks and the kill harness; the journeys use a real browser.
 */
import { createClient, type ApiClient } from '@wm/api-contract/client';

export interface HttpUser {
  readonly client: ApiClient;
  readonly userName: string;
  readonly group: string;
  /** `Cookie` header of the session, for requests the client does not know. */
  cookies(): string;
}

/** Cookies by name; paths and expiry do not matter for one short walk on one host. */
class CookieJar {
  readonly #cookies = new Map<string, string>();

  take(response: Response): void {
    for (const line of response.headers.getSetCookie()) {
      const pair = line.split(';', 1)[0] ?? '';
      const split = pair.indexOf('=');
      if (split > 0) this.#cookies.set(pair.slice(0, split), pair.slice(split + 1));
    }
  }

  header(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }
}

const mostRedirects = 12;

/** Follows redirects until a page that is not one; answers with its address. */
async function walk(jar: CookieJar, start: string, first: RequestInit = {}): Promise<string> {
  let url = start;
  let init: RequestInit = first;
  for (let hop = 0; hop < mostRedirects; hop += 1) {
    const headers = { ...(init.headers as Record<string, string> | undefined), cookie: jar.header() };
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    jar.take(response);
    await response.arrayBuffer();
    const location = response.headers.get('location');
    if (response.status >= 400) throw new Error(`Log-in: ${url} answered ${response.status}.`);
    if (location === null) return url;
    url = new URL(location, url).href;
    // The portal itself is not needed, and may not have been built.
    if (new URL(url).pathname === '/') return url;
    init = {};
  }
  throw new Error(`Log-in: more than ${mostRedirects} redirects from ${start}.`);
}

/**
 * Logs a demo user in (the way back ends at a small page, not the portal) and acts in `group` (his first one when not given). Throws when the server refuses.
 */
export async function logIn(
  serverUrl: string,
  userName: string,
  group?: string,
  password = 'demo',
): Promise<HttpUser> {
  const jar = new CookieJar();
  const interaction = await walk(jar, `${serverUrl}/bff/login?provider=main&returnTo=/api/health/live`);
  await walk(jar, interaction, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin: serverUrl },
    body: new URLSearchParams({ user: userName, password }).toString(),
  });
  let csrfToken = '';
  let activeGroup = group;
  const client = createClient({
    baseUrl: serverUrl,
    headers: () => ({
      cookie: jar.header(),
      origin: serverUrl,
      'x-csrf-token': csrfToken,
      ...(activeGroup === undefined ? {} : { 'x-wm-group': activeGroup }),
    }),
  });
  const me = await client.call('GET /bff/me', {});
  csrfToken = me.csrfToken;
  activeGroup = group ?? me.memberships[0]?.group;
  if (activeGroup === undefined) throw new Error(`${userName} is in no group.`);
  return { client, userName, group: activeGroup, cookies: () => jar.header() };
}
