/** A new user with nothing but an institutional log-in: from the welcome page to a finished job, in five clicks. */
import type { Locator } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { Desktop } from '../pages/desktop.ts';
import { JobLaunchpad } from '../pages/job-launchpad.ts';
import { StandInPage } from '../pages/stand-in-page.ts';
import { WelcomePage } from '../pages/welcome-page.ts';
import { logIn } from '../world/http-user.ts';
import { withoutDocuments, withoutProxies } from '../world/seed.ts';
import { serverUrl } from '../world/server-under-test.ts';

const twoMinutesMs = 120_000;

test('from the welcome page to a finished job in five clicks, without a certificate', async ({ page }) => {
  // As on the first day, whatever earlier tests did.
  const newcomer = await logIn(serverUrl(), 'nsato');
  await withoutDocuments(newcomer);
  await withoutProxies(newcomer);

  let clicks = 0;
  const click = async (what: Locator): Promise<void> => {
    clicks += 1;
    await what.click();
  };
  const welcome = new WelcomePage(page);
  await welcome.visit();
  await click(welcome.checkIn);
  await click(new StandInPage(page).demoUser('Naomi Sato'));
  const desktop = new Desktop(page);
  await desktop.ready();
  await click(page.locator('#desk').getByRole('button', { name: 'Job Launchpad' }));
  const launchpad = new JobLaunchpad(desktop.window('Job Launchpad'));
  await click(launchpad.root.getByRole('button', { name: 'Get a proxy' }));
  await expect(launchpad.proxyStatus).toHaveAccessibleName('Proxy Status: Valid');
  await click(launchpad.submitButton);
  await expect(launchpad.root.getByRole('status', { name: /^Job \d+: Done$/ })).toBeVisible({
    timeout: twoMinutesMs,
  });
  expect(clicks).toBeLessThanOrEqual(5);
});
