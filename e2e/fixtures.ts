/**
 * What every browser test gets: a fresh context, a page whose faults fail the test, and, where asked for, a
 * demo user who is logged in with an empty desktop. Log-in and seeds go through HTTP; journey 01 walks the
 * log-in itself.
 */
import { test as base, type BrowserContext } from '@playwright/test';
import { Desktop } from './pages/desktop.ts';
import { withoutDocuments, withProxy } from './world/seed.ts';
import { logIn, type HttpUser } from './world/http-user.ts';
import { serverUrl } from './world/server-under-test.ts';

export { expect } from '@playwright/test';

interface Options {
  /** One of the demo users. */
  readonly userName: string;
  /** The group the user acts in; the first one when not given. */
  readonly group: string | undefined;
  readonly theme: 'light' | 'dark';
  /** Whether a valid proxy lies on the server before the test begins. */
  readonly hasProxy: boolean;
  /** Messages of the console that belong to the test, such as `/status of 403/`. */
  readonly expectedMessages: readonly RegExp[];
}

interface Fixtures {
  /** The same user by HTTP, to seed and to read back. */
  readonly user: HttpUser;
  /** The page of `user`, logged in, on an empty desktop. */
  readonly desktop: Desktop;
}

/** Whether somebody is logged in is asked by asking who it is: a visitor's first page is refused once. */
const visitorAsks = /status of 401 .*\/bff\/me\)/;

async function takeSession(context: BrowserContext, user: HttpUser): Promise<void> {
  const cookies = user.cookies().split('; ');
  await context.addCookies(
    cookies.map((cookie) => {
      const split = cookie.indexOf('=');
      return { name: cookie.slice(0, split), value: cookie.slice(split + 1), url: serverUrl() };
    }),
  );
}

export const test = base.extend<Options & Fixtures>({
  userName: ['mkolar', { option: true }],
  group: [undefined, { option: true }],
  theme: ['light', { option: true }],
  hasProxy: [true, { option: true }],
  expectedMessages: [[], { option: true }],

  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the names of what a fixture needs from here
  baseURL: async ({}, use) => use(serverUrl()),

  page: async ({ page, expectedMessages, theme }, use) => {
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(String(error)));
    page.on('console', (message) => {
      if (message.type() !== 'error') return;
      const text = `${message.text()} (${message.location().url})`;
      if (![visitorAsks, ...expectedMessages].some((expected) => expected.test(text))) faults.push(text);
    });
    await page.emulateMedia({ colorScheme: theme });
    await use(page);
    base.expect(faults, 'errors in the page').toEqual([]);
  },

  user: async ({ group, hasProxy, userName }, use) => {
    const user = await logIn(serverUrl(), userName, group);
    await user.client.call('POST /bff/me/group', { body: { group: user.group } });
    await withoutDocuments(user);
    if (hasProxy) await withProxy(serverUrl(), user);
    await use(user);
  },

  desktop: async ({ context, page, user }, use) => {
    await takeSession(context, user);
    const desktop = new Desktop(page);
    await desktop.visit();
    await use(desktop);
  },
});
