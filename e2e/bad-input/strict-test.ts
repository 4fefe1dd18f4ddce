/** The `test` of this folder: one strict world for all tests of a run, as a fixture. */
import { test as base } from '@playwright/test';
import { openStrictWorld, type StrictWorld } from './strict-world.ts';

export { expect } from '@playwright/test';

export const test = base.extend<object, { strict: StrictWorld }>({
  strict: [
    // eslint-disable-next-line no-empty-pattern -- Playwright demands the pattern
    async ({}, use) => {
      await using world = await openStrictWorld();
      await use(world);
    },
    { scope: 'worker' },
  ],
});
