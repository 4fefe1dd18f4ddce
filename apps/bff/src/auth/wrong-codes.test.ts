/** Guessing of user codes, and identity providers that are away; each with a server of its own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WmsError } from '@wm/wms-core/vocabulary';
import { createFakeClock } from '@wm/wms-core/testing';
import { startRealServer } from '../testing/real-server.ts';
import { createWrongCodes } from './wrong-codes.ts';

const unknown = () => Promise.reject(new WmsError('not-found', 'This code is not known.'));

test('five wrong codes from an address are answered, the sixth has to wait for a minute', async () => {
  const clock = createFakeClock();
  const wrongCodes = createWrongCodes(clock);
  for (let guess = 0; guess < 5; guess += 1)
    await assert.rejects(wrongCodes.guard('192.0.2.1', unknown), { code: 'not-found' });
  await assert.rejects(wrongCodes.guard('192.0.2.1', unknown), { code: 'access.rate-limited' });
  await assert.rejects(
    wrongCodes.guard('192.0.2.1', async () => 'right'),
    { code: 'access.rate-limited' },
    'not even the right one',
  );
  assert.equal(await wrongCodes.guard('192.0.2.2', async () => 'right'), 'right');
  clock.advanceS(60);
  assert.equal(await wrongCodes.guard('192.0.2.1', async () => 'right'), 'right');
});

test('right codes and other refusals do not count, and an IPv6 network counts as one address', async () => {
  const wrongCodes = createWrongCodes(createFakeClock());
  const expired = () => Promise.reject(new WmsError('code.expired', 'Over.'));
  for (let turn = 0; turn < 9; turn += 1) {
    await wrongCodes.guard('192.0.2.1', async () => 'right');
    await assert.rejects(wrongCodes.guard('192.0.2.1', expired), { code: 'code.expired' });
  }
  for (let guess = 0; guess < 5; guess += 1)
    await assert.rejects(wrongCodes.guard(`2001:db8::${guess + 1}`, unknown), { code: 'not-found' });
  await assert.rejects(wrongCodes.guard('2001:db8::ffff', unknown), { code: 'access.rate-limited' });
});

test('the sixth wrong user code is refused with 429 on every way to look one up', async () => {
  await using server = await startRealServer();
  const jlind = await server.logIn('jlind');
  const lookUp = async (path: string) =>
    (await jlind.send('GET', path, { headers: { accept: 'application/json' } })).status;
  assert.equal(await lookUp('/bff/authorizations/BBBB-BBBB'), 404);
  assert.equal(await lookUp('/bff/authorizations/short'), 422);
  for (let guess = 0; guess < 3; guess += 1)
    assert.equal(await lookUp('/api/auth/device?user_code=BBBBBBBB'), 400);
  assert.equal(await lookUp('/api/auth/device?user_code=BBBBBBBB'), 429);
  assert.equal(await lookUp('/bff/authorizations/BBBB-BBBB'), 429);
  const body = { approve: true, group: 'training_user' };
  const decided = await jlind.send('POST', '/bff/authorizations/BBBB-BBBB', { body });
  assert.equal(decided.status, 429);
});

test('D11 a log-in elsewhere is refused with 502 while the identity provider is away', async () => {
  // Nothing listens on port 1.
  await using server = await startRealServer({
    environment: {
      WM_OIDC_ISSUER: 'http://127.0.0.1:1',
      WM_OIDC_CLIENT_ID: 'tests',
      WM_OIDC_CLIENT_SECRET: 'a-password-of-the-tests',
    },
  });
  const form = new URLSearchParams({ client_id: 'myDIRACClientID', scope: 'vo:training.egi.eu' });
  const asked = await fetch(`${server.origin}/api/auth/device`, { method: 'POST', body: form });
  const { user_code: userCode } = (await asked.json()) as { readonly user_code: string };
  const opened = await fetch(`${server.origin}/api/auth/device?user_code=${userCode}`, {
    headers: { accept: 'application/json' },
  });
  assert.equal(opened.status, 502);
});

test('with several identity providers the person chooses one first, and comes back to the page that asks', async () => {
  const provider = `{ id: iam, name: IAM, issuer: 'https://iam.example.org/', clientId: x, clientSecretFile: /x, kind: wlcg, vos: [biomed] }`;
  await using server = await startRealServer({
    configuration: `
identity: { providers: [${provider}] }
vos: { biomed: { groups: { biomed_user: { properties: [NormalUser] } } } }
sites: {}
`,
  });
  const form = new URLSearchParams({ client_id: 'myDIRACClientID', scope: 'vo:biomed' });
  const asked = await fetch(`${server.origin}/api/auth/device`, { method: 'POST', body: form });
  const { user_code: userCode } = (await asked.json()) as { readonly user_code: string };
  const opened = await fetch(`${server.origin}/api/auth/device?user_code=${userCode}`, {
    redirect: 'manual',
  });
  const page = encodeURIComponent(`/device?user_code=${userCode}`);
  assert.deepEqual([opened.status, opened.headers.get('location')], [307, `/?choose-log-in=${page}`]);
});
