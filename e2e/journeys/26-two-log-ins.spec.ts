/** One person, two identity providers: the second log-in is proved, named and linked, opens the account, and replaces the first. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@wm/bff/testing/free-port';
import { startTestIssuer, type TestIssuer } from '@wm/bff/testing/test-issuer';
import { expect, test } from '../fixtures.ts';
import { Desktop } from '../pages/desktop.ts';
import { StandInPage } from '../pages/stand-in-page.ts';
import { WelcomePage } from '../pages/welcome-page.ts';
import { expectAccessible, picture } from '../windows/look.ts';
import { startServer, type RunningServer } from '../world/server.ts';

/** The demo with a WLCG IAM beside its Check-in. */
async function configurationWith({ issuer, clientId, clientSecret }: TestIssuer, folder: string) {
  const demo = await readFile(join(import.meta.dirname, '..', '..', 'config', 'demo.yaml'), 'utf8');
  const clientSecretFile = join(folder, 'secret');
  await writeFile(clientSecretFile, clientSecret, { mode: 0o600 });
  const vos = ['training.egi.eu'];
  const iam = { id: 'iam', name: 'ESCAPE IAM', issuer, clientId, clientSecretFile, kind: 'wlcg', vos };
  const file = join(folder, 'configuration.yaml');
  await writeFile(file, demo.replace(/^identity:$/m, `identity:\n  providers: [${JSON.stringify(iam)}]`));
  return file;
}

test.describe('Two log-ins', () => {
  let folder: string;
  let iam: TestIssuer;
  let server: RunningServer;
  test.beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wm-two-log-ins-'));
    const port = await freePort();
    iam = await startTestIssuer({
      serverOrigin: `http://127.0.0.1:${port}`,
      logOutPath: '/auth/backchannel-logout/iam',
      subject: 'marta-at-iam',
      claims: { name: 'M. Kolar', email: 'marta@iam.example.org' },
    });
    const configuration = await configurationWith(iam, folder);
    server = await startServer({ port, environment: { WM_CONFIG: configuration } });
  });
  test.afterAll(async () => {
    await server.stop();
    await iam[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  test('the second one is linked, opens the account, and the first is un-linked', async ({
    browser,
    page,
  }) => {
    // She tried it once before, and got an account of no use.
    const before = await browser.newContext();
    const firstVisit = await before.newPage();
    await firstVisit.goto(`${server.url}/`);
    await firstVisit.getByRole('button', { name: 'Log in with ESCAPE IAM' }).click();
    await expect(firstVisit.getByText(/M\. Kolar/).first()).toBeVisible();
    await before.close();

    const desktop = new Desktop(page);
    await page.goto(`${server.url}/`);
    await new WelcomePage(page).checkIn.click();
    await new StandInPage(page).logInAs('mkolar');
    await desktop.ready();

    const account = await desktop.openMyAccount();
    await expect(account.logIns.getByRole('listitem')).toHaveCount(1);
    await account.root.getByRole('button', { name: 'Link a log-in at ESCAPE IAM' }).click();
    const question = page.getByRole('dialog', { name: 'Link this log-in to your account?' });
    await expect(question).toContainText('Marta Kolar (mkolar)');
    await expect(question).toContainText('M. Kolar (marta@iam.example.org)');
    await expect(question).toContainText(iam.issuer);
    await expect(question).toContainText('in which nothing was done yet. That account is closed.');
    await picture(page, 'link-log-in-light-1280');
    await expectAccessible(page, 'the question whether to link a log-in');
    await question.getByRole('button', { name: 'It is mine, link it' }).click();
    await expect(account.logIns.getByRole('listitem')).toHaveCount(2);
    await picture(page, 'log-ins-light-1280');

    await desktop.choose(desktop.userButton, 'Log out');
    await page.getByRole('button', { name: 'Log in with ESCAPE IAM' }).click();
    await desktop.ready();
    await expect(desktop.userButton).toContainText('Marta Kolar');

    const again = await desktop.openMyAccount();
    await again.logIns.getByRole('button', { name: /^Un-link .*Check-in/ }).click();
    await again.question().getByRole('button', { name: 'Un-link' }).click();
    await expect(again.logIns.getByRole('listitem')).toHaveCount(1);
    await expect(again.logIns).toContainText('ESCAPE IAM');
    await expect(again.logIns.getByRole('button', { name: 'Un-link ESCAPE IAM' })).toBeDisabled();
  });
});
