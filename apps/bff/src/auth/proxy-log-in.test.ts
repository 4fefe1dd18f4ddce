/**
 * From "Get a proxy" to a proxy of a Master Portal over HTTP: the whole server, a real OpenID provider as the portal's
 * log-in, and a stand-in for its GetProxy endpoint with real certificates.
 */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { freePort } from '../testing/free-port.ts';
import { createTestPki, trustFolderFiles } from '@wm/credentials/testing';
import { startFakeMasterPortal } from '@wm/wms-core/testing';
import { startRealServer } from '../testing/real-server.ts';
import { startTestIssuer, type TestIssuerOptions } from '../testing/test-issuer.ts';
import type { Visitor } from '../testing/visitor.ts';

const groups = `
vos:
  vo.access.egi.eu:
    groups: { access_user: { properties: [NormalUser], users: [mkolar, jlind] } }
users: { mkolar: {}, jlind: {} }
sites: {}
`;

async function world(atPortal: Partial<TestIssuerOptions> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'wm-master-portal-'));
  const pki = await createTestPki();
  const port = await freePort();
  const issuer = await startTestIssuer({
    subject: 'milan-at-portal',
    // Nothing of it may count here.
    claims: { preferred_username: 'jlind', eduperson_entitlement: ['urn:mace:egi.eu:group:x:role=member#y'] },
    serverOrigin: `http://127.0.0.1:${port}`,
    logOutPath: '/nowhere',
    secretIn: 'form',
    ...atPortal,
  });
  // Both ends of the portal know this installation by one id and one secret.
  const portal = await startFakeMasterPortal(pki, { client: issuer });
  portal.others = await pki.person('Milan Kolar');
  const [secretFile, trustFolder] = [join(folder, 'secret'), join(folder, 'trust')];
  await writeFile(secretFile, issuer.clientSecret, { mode: 0o600 });
  await mkdir(trustFolder);
  for (const [name, text] of Object.entries(await trustFolderFiles(pki)))
    await writeFile(join(trustFolder, name), text);
  const provider = {
    kind: 'master-portal',
    id: 'portal',
    name: 'Example Portal',
    issuer: issuer.issuer,
    getProxyUrl: `${portal.origin}/getproxy`,
    clientId: issuer.clientId,
    clientSecretFile: secretFile,
  };
  const server = await startRealServer({
    port,
    environment: { WM_TRUST: trustFolder },
    configuration: `identity: { proxyProvider: ${JSON.stringify(provider)} }\n${groups}`,
  });
  return {
    server,
    issuer,
    portal,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await Promise.all([issuer[Symbol.asyncDispose](), portal[Symbol.asyncDispose]()]);
      await rm(folder, { recursive: true });
    },
  };
}

const json = async (visitor: Visitor, method: string, path: string) => {
  const response = await visitor.send(method, path);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

const status = async (visitor: Visitor) => (await json(visitor, 'GET', '/bff/proxies/status')).body;

test('one click, one log-in at the portal, and the proxy is there', async () => {
  await using w = await world();
  const milan = await w.server.logIn('mkolar');
  assert.deepEqual((await status(milan))['provider'], { name: 'Example Portal', needsLogIn: true });
  const early = await json(milan, 'POST', '/bff/proxies/issue');
  assert.deepEqual([early.status, early.body['code']], [409, 'proxy.missing']);
  assert.deepEqual(early.body['details'], { reason: 'NEEDS_LOG_IN' });

  const before = (await json(milan, 'GET', '/bff/me')).body;
  const end = await milan.follow(
    `${w.server.origin}/bff/proxies/log-in?returnTo=${encodeURIComponent('/?a=1')}`,
  );
  assert.equal(end.url, `${w.server.origin}/?a=1`);
  const after = (await json(milan, 'GET', '/bff/me')).body;
  assert.deepEqual(
    [after['accountId'], after['memberships']],
    [before['accountId'], before['memberships']],
    'who he is at the portal counts for nothing here',
  );

  assert.deepEqual((await status(milan))['provider'], { name: 'Example Portal', needsLogIn: false });
  const issued = await json(milan, 'POST', '/bff/proxies/issue');
  assert.equal(issued.status, 201);
  assert.equal((await status(milan))['state'], 'Valid');
  const { tokens } = (await json(milan, 'GET', '/bff/tokens')).body as {
    readonly tokens: readonly { readonly provider: string; readonly tokenId: string }[];
  };
  const kept = tokens.find(({ provider }) => provider === 'Example Portal');
  assert.ok(kept);
  assert.deepEqual((await json(milan, 'DELETE', `/bff/tokens/outside/${kept.tokenId}`)).body, {
    outcome: 'removed',
  });
  assert.deepEqual((await status(milan))['provider'], { name: 'Example Portal', needsLogIn: true });
});

test('nobody logs in here with it', async () => {
  await using w = await world();
  const visitor = w.server.visitor();
  assert.equal((await visitor.send('GET', '/bff/login?provider=portal')).status, 404);
  assert.equal((await visitor.send('GET', '/bff/proxies/log-in')).status, 401);
  const welcome = (await json(visitor, 'GET', '/bff/welcome')).body;
  assert.doesNotMatch(JSON.stringify(welcome), /Example Portal/);
});

test('what was begun by one is not kept for another who came to the same browser', async () => {
  await using w = await world();
  const browser = await w.server.logIn('mkolar');
  const begun = await browser.send('GET', '/bff/proxies/log-in');
  // The stand-in forgets the first one; the cookie of our session stays.
  for (const name of browser.cookies.keys()) if (name !== 'wm') browser.cookies.delete(name);
  await browser.logIn('jlind');
  const end = await browser.follow(begun.headers.get('location') ?? '');
  assert.equal(end.response.status, 401);
  const needsLogIn = { name: 'Example Portal', needsLogIn: true };
  assert.deepEqual((await status(browser))['provider'], needsLogIn);
  assert.deepEqual((await status(await w.server.logIn('mkolar')))['provider'], needsLogIn);
});

test('who says no there comes back to where he was, still logged in', async () => {
  await using w = await world({ denies: true });
  const milan = await w.server.logIn('mkolar');
  let at = `${w.server.origin}/bff/proxies/log-in?returnTo=${encodeURIComponent('/?a=1')}`;
  while (!at.includes('login-error')) {
    const { headers } = await milan.send('GET', at, { headers: { accept: 'text/html' } });
    const next = headers.get('location');
    assert.ok(next !== null, `no way on from ${at}`);
    at = new URL(next, at).href;
  }
  assert.equal(at, `${w.server.origin}/?a=1&login-error=access.unauthenticated`);
  assert.equal((await milan.send('GET', '/bff/me')).status, 200);
});
