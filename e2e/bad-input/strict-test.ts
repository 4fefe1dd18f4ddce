/** The `test` of this folder: one strict world for all tests of a run, and the portal of it in a browser. */
import { test as base } from '@playwright/test';
import { Desktop } from '../pages/desktop.ts';
import type { HttpUser } from '../world/http-user.ts';
import { withoutDocuments } from '../world/seed.ts';
import { openStrictWorld, type StrictWorld } from './strict-world.ts';

export { expect } from '@playwright/test';

interface Fixtures {
  /** The empty desktop of a user who is logged in. */
  readonly openDesktop: (user: HttpUser) => Promise<Desktop>;
}

export const test = base.extend<Fixtures, { strict: StrictWorld }>({
  strict: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads the names of what a fixture needs from here
    async ({}, use) => {
      await using world = await openStrictWorld();
      await use(world);
    },
    { scope: 'worker' },
  ],

  baseURL: async ({ strict }, use) => use(strict.url),

  openDesktop: async ({ context, page, strict }, use) => {
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.stack ?? String(error)));
    await use(async (user) => {
      await withoutDocuments(user);
      await user.client.call('POST /bff/me/group', { body: { group: user.group } });
      const pairs = user.cookies().split('; ');
      await context.addCookies(
        pairs.map((pair) => {
          const split = pair.indexOf('=');
          return { name: pair.slice(0, split), value: pair.slice(split + 1), url: strict.url };
        }),
      );
      const desktop = new Desktop(page);
      await desktop.visit();
      return desktop;
    });
    base.expect(faults, 'errors in the page').toEqual([]);
  },
});
