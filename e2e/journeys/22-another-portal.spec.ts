/** Another web application lets its user log in here: sent with PKCE, asked, back with a code, which is a token's worth. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '../fixtures.ts';
import { DevicePage } from '../pages/device-page.ts';
import { StandInPage } from '../pages/stand-in-page.ts';
import { startServer, type RunningServer } from '../world/server.ts';
import { postWithToken } from '../world/terminal.ts';
import { expectAccessible } from '../windows/look.ts';

const clientId = 'example-portal';
const verifier = randomBytes(32).toString('base64url');
const challenge = createHash('sha256').update(verifier).digest('base64url');

interface OtherPortal extends AsyncDisposable {
  readonly callback: string;
}

/** A web application with one page, the one that people come back to. */
async function startOtherPortal(): Promise<OtherPortal> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><title>Example</title><link rel="icon" href="data:,"><h1>Welcome back</h1>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    callback: `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The demo with one more client. */
async function configurationWith(callback: string, folder: string): Promise<string> {
  const demo = await readFile(join(import.meta.dirname, '..', '..', 'config', 'demo.yaml'), 'utf8');
  const client = { name: 'Example Portal', redirectUris: [callback] };
  const tokens = `  tokens: { clients: { ${clientId}: ${JSON.stringify(client)} } }`;
  const file = join(folder, 'configuration.yaml');
  await writeFile(file, demo.replace(/^identity:$/m, `identity:\n${tokens}`));
  return file;
}

const authorizeUrl = (server: RunningServer, callback: string, state: string): string =>
  `${server.url}/api/auth/authorize?${new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: callback,
    scope: 'vo:vo.access.egi.eu',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    state,
  })}`;

const redeem = (server: RunningServer, fields: Readonly<Record<string, string>>): Promise<Response> =>
  fetch(`${server.url}/api/auth/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'authorization_code', client_id: clientId, ...fields }),
  });

test.describe('Log in to another portal', () => {
  let folder: string;
  let portal: OtherPortal;
  let server: RunningServer;
  test.beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wm-other-portal-'));
    portal = await startOtherPortal();
    const configuration = await configurationWith(portal.callback, folder);
    server = await startServer({ environment: { WM_CONFIG: configuration } });
  });
  test.afterAll(async () => {
    await server.stop();
    await portal[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  test('approved, the person is back with a code that is good once, for who began it', async ({ page }) => {
    await page.goto(authorizeUrl(server, portal.callback, 'state-1'));
    await new StandInPage(page).logInAs('mkolar');
    const consent = new DevicePage(page);
    const main = page.getByRole('main');
    await expect(main.getByRole('heading', { name: 'Log in to Example Portal' })).toBeVisible();
    await expect(main).toContainText('Example Portal asks to act for you here');
    await expect(main).toContainText(new URL(portal.callback).origin);
    await expect(consent.code, 'there is no code to compare').toHaveCount(0);
    await expectAccessible(page, 'the page of consent');
    await consent.group.selectOption('access_user');
    await consent.approve.click();
    await expect(page.getByRole('heading', { name: 'Welcome back' })).toBeVisible();

    const back = new URL(page.url());
    expect(`${back.origin}${back.pathname}`).toBe(portal.callback);
    expect(back.searchParams.get('state')).toBe('state-1');
    const code = back.searchParams.get('code') ?? '';
    const grant = { code, redirect_uri: portal.callback, code_verifier: verifier };
    const answer = await redeem(server, grant);
    const { access_token: token = '' } = (await answer.json()) as { readonly access_token?: string };
    const jobs = await postWithToken<readonly unknown[]>(`${server.url}/api/jobs/search`, token, {});
    expect(jobs).toEqual([]);
    expect((await redeem(server, grant)).status, 'used up').toBe(400);
  });

  test('a code is worth nothing without the verifier of who began', async ({ page }) => {
    await page.goto(authorizeUrl(server, portal.callback, 'state-2'));
    await new StandInPage(page).logInAs('mkolar');
    await new DevicePage(page).approve.click();
    await expect(page.getByRole('heading', { name: 'Welcome back' })).toBeVisible();
    const code = new URL(page.url()).searchParams.get('code') ?? '';
    const stolen = { code, redirect_uri: portal.callback, code_verifier: 'A'.repeat(43) };
    expect((await redeem(server, stolen)).status).toBe(400);
  });

  test('denied, the person is back without a code', async ({ page }) => {
    await page.goto(authorizeUrl(server, portal.callback, 'state-3'));
    await new StandInPage(page).logInAs('mkolar');
    await new DevicePage(page).deny.click();
    await expect(page.getByRole('heading', { name: 'Welcome back' })).toBeVisible();
    const { searchParams } = new URL(page.url());
    expect(searchParams.get('error')).toBe('access_denied');
    expect(searchParams.get('state')).toBe('state-3');
    expect(searchParams.get('code')).toBeNull();
  });

  test('nobody is sent to an address that the portal did not register', async ({ request }) => {
    const elsewhere = await request.get(authorizeUrl(server, 'http://127.0.0.1:1/callback', 's'), {
      maxRedirects: 0,
    });
    expect(elsewhere.status()).toBe(400);
    expect(elsewhere.headers()['location']).toBeUndefined();
  });

  test('who is sent with a wrong address reads that here, and goes nowhere', async ({ page }) => {
    await page.goto(authorizeUrl(server, 'http://127.0.0.1:1/callback', 's'));
    const main = page.getByRole('main');
    await expect(main.getByRole('heading', { name: 'This log-in cannot go on' })).toBeVisible();
    await expect(main).toContainText('an address that is not registered for it');
    await expectAccessible(page, 'the page of a refused log-in');
    await main.getByRole('link', { name: 'Open the portal instead' }).click();
    await expect(page).toHaveURL(`${server.url}/`);
  });
});
