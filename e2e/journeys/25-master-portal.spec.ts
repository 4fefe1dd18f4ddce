/** Without a certificate, where a Master Portal gives proxies: the first click leads there, the next ones do not. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { createTestPki, trustFolderFiles } from '@wm/credentials/testing';
import { startFakeMasterPortal, type FakeMasterPortal } from '@wm/wms-core/testing';
import { expect, test } from '../fixtures.ts';
import { Desktop } from '../pages/desktop.ts';
import { JobLaunchpad } from '../pages/job-launchpad.ts';
import { StandInPage } from '../pages/stand-in-page.ts';
import { WelcomePage } from '../pages/welcome-page.ts';
import { expectAccessible } from '../windows/look.ts';
import { startFakePortalLogIn } from '../world/fake-portal-log-in.ts';
import { startServer, type RunningServer } from '../world/server.ts';

interface World {
  readonly server: RunningServer;
  readonly portal: FakeMasterPortal;
  close(): Promise<void>;
}

/** A server that knows the portal, and the portal with its log-in, which asks nothing. */
async function openWorld(): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'wm-master-portal-'));
  const issuer = await startFakePortalLogIn();
  const pki = await createTestPki();
  const portal = await startFakeMasterPortal(pki, { client: issuer });
  portal.others = await pki.person('Naomi Sato');
  const [trust, clientSecretFile, file] = ['trust', 'secret', 'configuration.yaml'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  await mkdir(trust);
  for (const [name, text] of Object.entries(await trustFolderFiles(pki)))
    await writeFile(join(trust, name), text);
  await writeFile(clientSecretFile, issuer.clientSecret, { mode: 0o600 });
  const demo = await readFile(join(import.meta.dirname, '..', '..', 'config', 'demo.yaml'), 'utf8');
  const provider = {
    kind: 'master-portal',
    id: 'portal',
    name: 'Example Portal',
    issuer: issuer.issuer,
    getProxyUrl: `${portal.origin}/getproxy`,
    clientId: issuer.clientId,
    clientSecretFile,
  };
  await writeFile(
    file,
    demo.replace(/^identity:$/m, `identity:\n  proxyProvider: ${JSON.stringify(provider)}`),
  );
  const server = await startServer({ environment: { WM_CONFIG: file, WM_TRUST: trust } });
  return {
    server,
    portal,
    async close() {
      await server.stop();
      await Promise.all([issuer[Symbol.asyncDispose](), portal[Symbol.asyncDispose]()]);
      await rm(folder, { recursive: true });
    },
  };
}

async function launchpadOf(page: Page, world: World, demoUser: string): Promise<JobLaunchpad> {
  await page.goto(world.server.url);
  await new WelcomePage(page).checkIn.click();
  await new StandInPage(page).demoUser(demoUser).click();
  const desktop = new Desktop(page);
  await desktop.ready();
  await page.locator('#desk').getByRole('button', { name: 'Job Launchpad' }).click();
  // The page is left for a while, and is to come back as it was.
  await desktop.layoutSaved();
  return new JobLaunchpad(desktop.window('Job Launchpad'));
}

test.describe('Proxies of a Master Portal', () => {
  let world: World;
  test.beforeAll(async () => {
    world = await openWorld();
  });
  test.afterAll(() => world.close());

  test('one click leads there and back, and Proxy Status is Valid', async ({ page }) => {
    const launchpad = await launchpadOf(page, world, 'Naomi Sato');
    await expect(launchpad.proxyStatus).toHaveAccessibleName('Proxy Status: Not Valid');
    const get = launchpad.root.getByRole('button', { name: 'Get a proxy' });
    await expect(get).toHaveAttribute('title', /log in at Example Portal/);
    await expectAccessible(page, 'Launchpad without a proxy');
    await get.click();

    const desktop = new Desktop(page);
    await expect(desktop.notifications).toContainText('You have a proxy for 10 days');
    await expect(launchpad.proxyStatus).toHaveAccessibleName('Proxy Status: Valid');
    const tokens = await desktop.open('Token Manager');
    await expect(tokens.getByRole('row').filter({ hasText: 'Example Portal' })).toHaveCount(1);
    const proxies = await desktop.open('Proxy Manager');
    await expect(proxies.getByRole('row').filter({ hasText: 'CN=Naomi Sato' })).toHaveCount(1);
  });

  test.describe('refused there', () => {
    test.use({ expectedMessages: [/status of 403 .*\/bff\/proxies\/issue\)/] });

    test('a person is told in words why there is no proxy', async ({ page }) => {
      world.portal.fault = 'no-entitlement';
      const launchpad = await launchpadOf(page, world, 'Marta Kolar');
      await launchpad.root.getByRole('button', { name: 'Get a proxy' }).click();
      await expect(new Desktop(page).notifications).toContainText(
        'Example Portal gives you no proxy (access_denied). You may lack an entitlement there',
      );
      await expect(launchpad.proxyStatus).toHaveAccessibleName('Proxy Status: Not Valid');
    });
  });
});
