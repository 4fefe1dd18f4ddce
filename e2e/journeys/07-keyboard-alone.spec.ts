/** The main street once more with the keyboard alone: no call in here uses the mouse. */
import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { Desktop, menuItem } from '../pages/desktop.ts';
import { JobLaunchpad } from '../pages/job-launchpad.ts';
import { JobMonitor } from '../pages/job-monitor.ts';
import { ProxyUpload } from '../pages/proxy-upload.ts';
import { StandInPage } from '../pages/stand-in-page.ts';
import { WelcomePage } from '../pages/welcome-page.ts';
import { withoutProxies } from '../world/seed.ts';

test.use({ userName: 'jlind', hasProxy: false });

/** More stops than any page here has. */
const mostStops = 120;

/** Presses Tab, or Shift+Tab, until the target has the focus. */
async function tabTo(target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const page = target.page();
  await target.waitFor();
  const hasFocus = (): Promise<boolean> =>
    target.evaluate((element) => element === document.activeElement || element.matches(':focus'));
  for (let stop = 0; stop < mostStops; stop += 1) {
    if (await hasFocus()) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${String(target)} cannot be reached with ${key}.`);
}

/** Opens an application through the command palette. */
async function openByPalette(page: Page, title: string): Promise<void> {
  await page.keyboard.press('Control+k');
  const field = page.getByRole('dialog').getByRole('combobox');
  await expect(field).toBeFocused();
  await page.keyboard.type(title);
  await expect(page.getByRole('option', { name: new RegExp(`^${title}`) })).toHaveAttribute(
    'aria-selected',
    'true',
  );
  await page.keyboard.press('Enter');
}

/** A window that was opened has the focus, so that the next Tab goes into it. */
const holdsFocus = (window: Locator): Promise<void> =>
  expect.poll(() => window.evaluate((element) => element.contains(document.activeElement))).toBe(true);

/** Moves in the open menu until the item has the focus. */
async function arrowTo(page: Page, label: string): Promise<void> {
  const item = menuItem(page, label);
  await expect(async () => {
    await page.keyboard.press('ArrowDown');
    await expect(item).toBeFocused({ timeout: 100 });
  }).toPass({ intervals: [50] });
}

test('from the welcome page to the output without a mouse', { tag: '@smoke' }, async ({ page, user }) => {
  test.slow(); // hundreds of keys, one after the other
  await withoutProxies(user);
  const { demo } = await user.client.call('GET /bff/welcome', {});
  const offered = demo?.certificates.find(
    ({ encoding, userName }) => userName === 'jlind' && encoding === 'modern',
  );
  if (offered === undefined) throw new Error('The welcome page offers no certificate.');

  const welcome = new WelcomePage(page);
  await welcome.visit();
  await tabTo(page.getByRole('link', { name: offered.fileName }));
  const download = page.waitForEvent('download');
  await page.keyboard.press('Enter');
  const certificate = await (await download).path();
  await tabTo(welcome.checkIn);
  await page.keyboard.press('Enter');
  const standIn = new StandInPage(page);
  await tabTo(standIn.userName);
  await page.keyboard.type('jlind');
  await page.keyboard.press('Tab');
  await page.keyboard.type('demo');
  await page.keyboard.press('Enter');
  const desktop = new Desktop(page);
  await desktop.ready();

  await openByPalette(page, 'Proxy Upload');
  const upload = new ProxyUpload(desktop.window('Proxy Upload'));
  await holdsFocus(upload.root);
  await tabTo(upload.browse);
  const chooser = page.waitForEvent('filechooser');
  await page.keyboard.press('Enter');
  await (await chooser).setFiles(certificate);
  await expect(upload.passphrase, 'the focus is where the next thing is typed').toBeFocused();
  await page.keyboard.type(offered.passphrase);
  await page.keyboard.press('Enter');
  await expect(upload.review).toBeFocused();
  await tabTo(upload.upload);
  await page.keyboard.press('Enter');
  await expect(upload.done).toBeFocused();
  await tabTo(upload.openLaunchpad);
  await page.keyboard.press('Enter');

  const launchpad = new JobLaunchpad(desktop.window('Job Launchpad'));
  await holdsFocus(launchpad.root);
  await tabTo(launchpad.proxyStatus);
  await page.keyboard.press('Enter');
  await expect(launchpad.proxyStatus).toHaveAccessibleName('Proxy Status: Valid');
  await tabTo(launchpad.jobList.getByRole('radio').first());
  await expect(async () => {
    await page.keyboard.press('ArrowRight');
    await expect(launchpad.set('Helloworld')).toBeChecked({ timeout: 100 });
  }).toPass({ intervals: [50] });
  await expect(launchpad.field('Executable *')).toHaveValue('/bin/echo');
  await page.keyboard.press('Control+Enter');
  const [jobId = 0] = await launchpad.submittedIds();
  await tabTo(launchpad.showJob);
  await page.keyboard.press('Enter');

  const monitor = new JobMonitor(desktop.window('Job Monitor'));
  await holdsFocus(monitor.root);
  await monitor.showsStatus(jobId, 'Done');
  await tabTo(monitor.details(jobId).close);
  await page.keyboard.press('Escape');
  await expect(monitor.details(jobId).root).toBeHidden();
  await tabTo(monitor.rows.first().getByRole('columnheader').nth(1), 'Tab');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Shift+F10');
  await arrowTo(page, 'Sandbox');
  await page.keyboard.press('ArrowRight');
  await expect(menuItem(page, 'Get Input file(s)')).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(menuItem(page, 'Get Output file(s)')).toBeFocused();
  const archive = page.waitForEvent('download');
  await page.keyboard.press('Enter');
  expect((await archive).suggestedFilename()).toBe(`${jobId}_OutputSandbox.tar.gz`);

  await page.keyboard.press('Enter');
  const details = monitor.details(jobId);
  await expect(details.root, 'Enter on the row opens its details').toBeVisible();
  await tabTo(details.root.getByRole('tab').first());
  await page.keyboard.press('End');
  await expect(async () => {
    await page.keyboard.press('ArrowLeft');
    await expect(details.root.getByRole('tab', { name: 'Sandbox' })).toBeFocused({ timeout: 100 });
  }).toPass({ intervals: [50] });
  await tabTo(details.root.getByRole('button', { name: 'View StdOut' }));
  await page.keyboard.press('Enter');
  await expect(details.panel).toContainText('Hello World');
});
