/** Guessing of user codes, and identity providers that are away; each with a server of its own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WmsError } from '@wm/wms-core/vocabulary';
import { rows } from '@wm/wms-core/database';
import { createFakeClock, openTestDatabase } from '@wm/wms-core/testing';
import { startRealServer } from '../testing/real-server.ts';
import { createWrongCodes } from './wrong-codes.ts';

const unknown = () => Promise.reject(new WmsError('not-found', 'This code is not known.'));

test('five wrong codes from an address are answered by all processes together, the sixth has to wait for a minute', async () => {
  await using database = await openTestDatabase();
  const other = await database.openAnother();
  const clock = createFakeClock();
  const processes = [createWrongCodes(database, clock), createWrongCodes(other, clock)] as const;
  const [here, there] = processes;
  for (let guess = 0; guess < 5; guess += 1)
    await assert.rejects((guess % 2 === 0 ? here : there).guard('192.0.2.1', unknown), { code: 'not-found' });
  for (const each of processes) {
    await assert.rejects(each.guard('192.0.2.1', unknown), { code: 'access.rate-limited' });
    await assert.rejects(
      each.guard('192.0.2.1', async () => 'right'),
      { code: 'access.rate-limited' },
      'not even the right one',
    );
    assert.equal(await each.guard('192.0.2.2', async () => 'right'), 'right');
  }
  clock.advanceS(60);
  for (const each of processes) assert.equal(await each.guard('192.0.2.1', async () => 'right'), 'right');
  await other.close();
});

test('right codes and other refusals do not count, and an IPv6 network counts as one address', async () => {
  await using database = await openTestDatabase();
  const wrongCodes = createWrongCodes(database, createFakeClock());
  const expired = () => Promise.reject(new WmsError('code.expired', 'Over.'));
  for (let turn = 0; turn < 9; turn += 1) {
    await wrongCodes.guard('192.0.2.1', async () => 'right');
    await assert.rejects(wrongCodes.guard('192.0.2.1', expired), { code: 'code.expired' });
  }
  assert.deepEqual(await database.read(() => rows('select * from wrong_codes')), [], 'nothing is written');
  for (let guess = 0; guess < 5; guess += 1)
    await assert.rejects(wrongCodes.guard(`2001:db8::${guess + 1}`, unknown), { code: 'not-found' });
  await assert.rejects(wrongCodes.guard('2001:db8::ffff', unknown), { code: 'access.rate-limited' });
});

test('no address is kept in clear, and none longer than its minute', async () => {
  await using database = await openTestDatabase();
  const clock = createFakeClock();
  const wrongCodes = createWrongCodes(database, clock);
  const kept = () => database.read(() => rows('select * from wrong_codes'));
  await assert.rejects(wrongCodes.guard('192.0.2.1', unknown));
  assert(!JSON.stringify(await kept()).includes('192.0.2.1'));
  clock.advanceS(60);
  await assert.rejects(wrongCodes.guard('192.0.2.2', unknown));
  assert.equal((await kept()).length, 1);
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
