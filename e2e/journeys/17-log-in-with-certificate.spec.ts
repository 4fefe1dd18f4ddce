/**
 * Log-in with a certificate instead of Check-in: from the welcome page to a finished Helloworld with five clicks, and
 * what becomes of a certificate that nobody here is known by.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { issueCertificate, readCredential } from '@wm/credentials/authority';
import { pkcs12Of } from '@wm/credentials/testing';
import { expect, test as base } from '../fixtures.ts';
import { Desktop } from '../pages/desktop.ts';
import { JobLaunchpad } from '../pages/job-launchpad.ts';
import { JobMonitor } from '../pages/job-monitor.ts';
import { StandInPage } from '../pages/stand-in-page.ts';
import { WelcomePage } from '../pages/welcome-page.ts';
import { withoutProxies } from '../world/seed.ts';
import { dataFolder, serverUrl } from '../world/server-under-test.ts';

const passphrase = 'demo';

const demoFile = (name: string): string => join(dataFolder(), 'demo-authority', name);

const ofMarta = (): Promise<Uint8Array> => readFile(demoFile('mkolar-modern.p12'));

async function ofStranger(): Promise<Uint8Array> {
  const authority = await readCredential(await readFile(demoFile('authority.pem'), 'utf8'));
  const person = await issueCertificate(
    {
      subject: [
        ['DC', 'org'],
        ['DC', 'workload-manager-demo'],
        ['O', 'Elsewhere'],
        ['CN', `Jonas Lind ${crypto.randomUUID().slice(0, 8)}`],
      ],
      notBeforeMs: Date.now() - 60_000,
      notAfterMs: Date.now() + 86_400_000,
    },
    authority,
  );
  return pkcs12Of(person, { encoding: 'modern', passphrase }, [authority.certificate]);
}

/** Who may have imported a .p12 into his browser. */
const files = { marta: ofMarta, stranger: ofStranger } as const;

async function certificateOrigin(): Promise<string> {
  const answer = await fetch(`${serverUrl()}/bff/login/certificate`, { redirect: 'manual' });
  return new URL(answer.headers.get('location') ?? '').origin;
}

const test = base.extend<{ readonly imported: keyof typeof files }>({
  imported: ['marta', { option: true }],
  clientCertificates: async ({ imported }, use) => {
    const pfx = Buffer.from(await files[imported]());
    await use([{ origin: await certificateOrigin(), pfx, passphrase }]);
  },
  // The certificate port of the demo is known to its own authority only.
  ignoreHTTPSErrors: true,
});

/** Counts what a person does with the mouse. */
async function countClicks(page: Page): Promise<() => number> {
  let clicks = 0;
  await page.exposeFunction('countClick', () => void clicks++);
  await page.addInitScript(() => {
    const { countClick } = globalThis as unknown as { readonly countClick: () => void };
    addEventListener('pointerdown', countClick, { capture: true });
  });
  return () => clicks;
}

test.describe('Log in with a certificate', () => {
  test.use({ hasProxy: false });

  test('five clicks lead from the welcome page to a finished Helloworld', async ({ page, user }) => {
    await withoutProxies(user);
    const clicks = await countClicks(page);
    const welcome = new WelcomePage(page);
    await welcome.visit();
    await welcome.certificate.click();
    const desktop = new Desktop(page);
    await desktop.ready();
    await expect(desktop.userButton).toContainText('Marta Kolar');

    const upload = await desktop.openProxyUpload();
    await upload.drop('mkolar-modern.p12', await ofMarta());
    await upload.passphrase.fill(passphrase);
    await upload.passphrase.press('Enter');
    await upload.upload.click();
    await upload.openLaunchpad.click();
    const launchpad = new JobLaunchpad(desktop.window('Job Launchpad'));
    const [jobId = 0] = await launchpad.submit();
    expect(clicks()).toBe(5);

    await launchpad.showJob.click();
    await new JobMonitor(desktop.window('Job Monitor')).showsStatus(jobId, 'Done');
  });

  test.describe('that nobody is known by', () => {
    test.use({ imported: 'stranger' });

    test('the welcome page offers to link it; from then on it opens the account', async ({ page }) => {
      const welcome = new WelcomePage(page);
      await welcome.visit();
      await welcome.certificate.click();
      await expect(page.getByText('no account here is known by it')).toBeVisible();
      await page.getByRole('button', { name: 'Log in with Check-in and link it' }).click();
      await new StandInPage(page).logInAs('jlind');
      const desktop = new Desktop(page);
      await desktop.ready();
      await expect(desktop.userButton).toContainText('Jonas Lind');

      await desktop.choose(desktop.userButton, 'Log out');
      await welcome.certificate.click();
      await desktop.ready();
      await expect(desktop.userButton).toContainText('Jonas Lind');
    });

    test.describe('in My Account', () => {
      test.use({ userName: 'jlind' });

      test('it is linked, and un-linked after a question', async ({ desktop, page }) => {
        const account = await desktop.openMyAccount();
        await expect(account.root).toContainText('Jonas Lind');
        await account.linkCertificate.click();
        await desktop.ready();
        const shown = account.certificates.getByRole('listitem').filter({ hasText: 'shown by your browser' });
        await expect(shown.first()).toContainText('/O=Elsewhere/CN=Jonas Lind');
        const before = await shown.count();
        await shown
          .last()
          .getByRole('button', { name: /^Un-link/ })
          .click();
        const question = page.getByRole('dialog', { name: 'Un-link this certificate?' });
        await expect(question).toContainText('no longer opens your account');
        await question.getByRole('button', { name: 'Un-link' }).click();
        await expect(shown).toHaveCount(before - 1);
      });
    });
  });
});
