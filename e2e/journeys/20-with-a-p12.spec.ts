/** A user with a certificate in a .p12: from the welcome page to a finished job in five clicks, and Enter to go on. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { Desktop } from '../pages/desktop.ts';
import { JobLaunchpad } from '../pages/job-launchpad.ts';
import { ProxyUpload } from '../pages/proxy-upload.ts';
import { StandInPage } from '../pages/stand-in-page.ts';
import { WelcomePage } from '../pages/welcome-page.ts';
import { logIn } from '../world/http-user.ts';
import { withoutDocuments, withoutProxies } from '../world/seed.ts';
import { serverUrl } from '../world/server-under-test.ts';

const twoMinutesMs = 120_000;

test('from the welcome page to a finished job in five clicks, with a .p12', async ({ page }) => {
  const user = await logIn(serverUrl(), 'mkolar');
  await withoutDocuments(user);
  await withoutProxies(user);
  const folder = await mkdtemp(join(tmpdir(), 'wm-p12-'));
  const file = join(folder, 'usercert.p12');
  const offered = await fetch(`${serverUrl()}/bff/demo/certificates/mkolar-modern.p12`);
  await writeFile(file, new Uint8Array(await offered.arrayBuffer()));

  let clicks = 0;
  const click = async (what: Locator): Promise<void> => {
    clicks += 1;
    await what.click();
  };
  const welcome = new WelcomePage(page);
  await welcome.visit();
  await click(welcome.checkIn);
  await click(new StandInPage(page).demoUser('Marta Kolar'));
  const desktop = new Desktop(page);
  await desktop.ready();
  await click(page.locator('#desk').getByRole('button', { name: 'Proxy Upload' }));
  const upload = new ProxyUpload(desktop.window('Proxy Upload'));
  const chooser = page.waitForEvent('filechooser');
  await click(upload.browse);
  await (await chooser).setFiles(file);
  await expect(upload.passphrase, 'the passphrase is typed where the focus is').toBeFocused();
  await page.keyboard.type('demo');
  await page.keyboard.press('Enter');
  await expect(upload.review).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(upload.done).toBeFocused();
  await page.keyboard.press('Enter');
  const launchpad = new JobLaunchpad(desktop.window('Job Launchpad'));
  await expect(launchpad.proxyStatus).toHaveAccessibleName('Proxy Status: Valid');
  await click(launchpad.submitButton);
  await expect(launchpad.root.getByRole('status', { name: /^Job \d+: Done$/ })).toBeVisible({
    timeout: twoMinutesMs,
  });
  expect(clicks).toBeLessThanOrEqual(5);
  await rm(folder, { recursive: true });
});
