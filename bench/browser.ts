/** A real browser for the rows that measure what a user sees: logged in, proxy uploaded, nothing else running. */
import { chromium, type Browser, type Page } from '@playwright/test';
import { browserLaunch } from '@wm/e2e/browser';
import { uploadDemoProxy } from '@wm/e2e/world/demo-proxy';
import { logIn, type HttpUser } from '@wm/e2e/world/http-user';
import { startServer, type RunningServer } from '@wm/e2e/world/server';

export interface BrowserWorld {
  readonly server: RunningServer;
  readonly browser: Browser;
  readonly user: HttpUser;
}

/** Starts server and browser, calls `measure`, and ends both in any case. */
export async function inBrowserWorld<T>(measure: (world: BrowserWorld) => Promise<T>): Promise<T> {
  const server = await startServer();
  try {
    const user = await logIn(server.url, 'mkolar', 'access_user');
    await uploadDemoProxy(server.url, user);
    const browser = await chromium.launch(browserLaunch());
    try {
      return await measure({ server, browser, user });
    } finally {
      await browser.close();
    }
  } finally {
    await server.stop();
  }
}

/** A page on the portal with the session of `user`. */
export async function portalPage({ server, browser, user }: BrowserWorld, path = '/'): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const cookies = user
    .cookies()
    .split('; ')
    .map((pair) => {
      const split = pair.indexOf('=');
      return { name: pair.slice(0, split), value: pair.slice(split + 1), url: server.url };
    });
  await context.addCookies(cookies);
  const page = await context.newPage();
  await page.goto(`${server.url}${path}`);
  await page.getByRole('navigation', { name: 'Menu' }).waitFor();
  return page;
}
