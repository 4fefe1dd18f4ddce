/** Log-in through the stand-in Check-in and the life of a session, over HTTP. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { nextOf, readEvents } from '../testing/events-reader.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server[Symbol.asyncDispose]());

const jsonOf = async (response: Response): Promise<Readonly<Record<string, unknown>>> =>
  (await response.json()) as Readonly<Record<string, unknown>>;

test('a log-in leads back to where it began, with a new session id and a strict cookie', async () => {
  const visitor = server.visitor();
  const form = await visitor.follow(`${server.origin}/bff/login?returnTo=${encodeURIComponent('/jobs?x=1')}`);
  const before = visitor.cookies.get('wm');
  assert.match(await form.response.text(), /Stand-in Check-in — demo users only/);
  const body = new URLSearchParams({ user: 'mkolar', password: 'demo' });
  const end = await visitor.follow(form.url, { method: 'POST', body });
  assert.equal(end.url, `${server.origin}/jobs?x=1`);
  assert(before !== undefined && visitor.cookies.get('wm') !== before);
  const me = await jsonOf(await visitor.send('GET', '/bff/me'));
  assert.equal(me['userName'], 'mkolar');
  assert.equal(me['activeGroup'], 'access_user');
  const old = server.visitor();
  old.cookies.set('wm', before);
  assert.equal((await old.send('GET', '/bff/me')).status, 401);
});

test('the cookie is out of reach of scripts and other sites, and dies with the browser', async () => {
  const response = await fetch(`${server.origin}/bff/login`, { redirect: 'manual' });
  assert.match(
    response.headers.getSetCookie()[0] ?? '',
    /^wm=s%3A[\w.%-]+; Path=\/; HttpOnly; SameSite=Lax$/,
  );
});

test('behind TLS the cookie is bound to this host and to TLS, and browsers are told to stay there', async () => {
  await using own = await startTestServer({ tlsOrigin: 'https://wm.example.org' });
  const begin = (proto: string) =>
    own.visitor().send('GET', '/bff/login', { headers: { 'x-forwarded-proto': proto } });
  const { headers } = await begin('https');
  assert.match(
    headers.getSetCookie()[0] ?? '',
    /^__Host-wm=s%3A[\w.%-]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  );
  assert.equal(headers.get('strict-transport-security'), 'max-age=31536000');
  assert.deepEqual((await begin('http')).headers.getSetCookie(), []);
});

test('a wrong password or user name is told, and the form can be sent again', async () => {
  const visitor = server.visitor();
  const form = await visitor.follow(`${server.origin}/bff/login`);
  for (const [user, password] of [
    ['mkolar', 'wrong'],
    ['<b>x</b>', 'demo'],
    ['', ''],
  ] as const) {
    const answer = await visitor.follow(form.url, {
      method: 'POST',
      body: new URLSearchParams({ user, password }),
    });
    const page = await answer.response.text();
    assert.equal(answer.response.status, 401);
    assert.match(page, /role="alert"/);
    assert(!page.includes('<b>x</b>'));
  }
  const body = new URLSearchParams({ user: 'mkolar', password: 'demo' });
  assert.equal((await visitor.follow(form.url, { method: 'POST', body })).url, `${server.origin}/`);
});

/** The address with which the provider sends the browser back. */
async function callbackOf(visitor: ReturnType<TestServer['visitor']>): Promise<URL> {
  const form = await visitor.follow(`${server.origin}/bff/login`);
  let response = await visitor.send('POST', new URL(form.url).pathname, {
    body: 'user=mkolar&password=demo',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  for (let hops = 0; hops < 5; hops++) {
    const location = new URL(response.headers.get('location') ?? '', server.origin);
    if (location.pathname === '/bff/callback') return location;
    response = await visitor.send('GET', location.pathname + location.search);
  }
  throw new Error('no callback');
}

test('a return from the provider works once, in the browser that began, with the state it began with', async () => {
  const visitor = server.visitor();
  const callback = await callbackOf(visitor);
  const path = callback.pathname + callback.search;
  assert.equal((await server.visitor().send('GET', path)).status, 401, 'another browser');
  const forged = new URL(callback);
  forged.searchParams.set('state', 'other');
  assert.equal((await visitor.send('GET', forged.pathname + forged.search)).status, 401, 'another state');
  assert.equal((await visitor.send('GET', path)).status, 401, 'after the state was used up');
  const again = await callbackOf(visitor);
  assert.equal((await visitor.send('GET', again.pathname + again.search)).status, 302);
  assert.equal((await visitor.send('GET', again.pathname + again.search)).status, 401, 'a second time');
});

test('a browser whose log-in failed comes back to the portal with the reason', async () => {
  const response = await server
    .visitor()
    .send('GET', '/bff/callback?code=x', { headers: { accept: 'text/html' } });
  assert.equal(response.status, 302);
  assert.equal(response.headers.get('location'), '/?login-error=access.unauthenticated');
});

test('log-out ends the session and its live events at once', async () => {
  const visitor = await server.logIn('mkolar');
  const cookie = visitor.cookies.get('wm') ?? '';
  const stream = await visitor.send('GET', '/bff/events');
  const events = readEvents(stream);
  await nextOf(events, 'hello');
  const answer = await visitor.send('POST', '/bff/logout');
  assert.equal(answer.status, 200);
  await assert.rejects(nextOf(events, 'never'), /the stream ended/);
  const thief = server.visitor();
  thief.cookies.set('wm', cookie);
  assert.equal((await thief.send('GET', '/bff/me')).status, 401);
  const { endSessionUrl } = await jsonOf(answer);
  const page = await (await visitor.follow(String(endSessionUrl))).response.text();
  assert.match(page, /<script src="\/stand-in-checkin\/submit.js">/, 'goes on by itself');
  const xsrf = /name="xsrf" value="(\w+)"/.exec(page)?.[1] ?? '';
  const end = await visitor.follow(`${server.origin}/stand-in-checkin/session/end/confirm`, {
    method: 'POST',
    body: new URLSearchParams({ xsrf, logout: 'yes' }),
  });
  assert.equal(end.url, `${server.origin}/`);
});

test('only what the user does keeps the session alive', async () => {
  await using own = await startTestServer();
  const visitor = await own.logIn('mkolar');
  const background = { headers: { 'x-wm-background': '1' } };
  own.clock.advanceS(1200);
  assert.equal((await visitor.send('GET', '/bff/me', background)).status, 200);
  own.clock.advanceS(500);
  const touched = await jsonOf(await visitor.send('POST', '/bff/me/touch'));
  assert.equal(touched['idleEndsAt'], new Date(own.clock.nowMs() + 1_800_000).toISOString());
  own.clock.advanceS(1700);
  assert.equal((await visitor.send('GET', '/bff/me', background)).status, 200);
  own.clock.advanceS(200);
  assert.equal((await visitor.send('GET', '/bff/me', background)).status, 401);
});

test('the default group can be changed to another one of the own', async () => {
  const visitor = await server.logIn('mkolar');
  const change = (group: string) => visitor.send('POST', '/bff/me/group', { body: { group } });
  assert.equal((await jsonOf(await change('training_user')))['activeGroup'], 'training_user');
  assert.equal((await change('access_admin')).status, 403);
  assert.equal((await jsonOf(await visitor.send('GET', '/bff/me')))['activeGroup'], 'training_user');
});

for (const cookie of [
  'wm=',
  'wm=s%3Ax.y',
  'wm=%E0%A4%A',
  `wm=${'x'.repeat(9000)}`,
  'wm=j:{"a":1}',
  ';;;=;',
  'wm=s%3Aa; wm=b',
])
  test(`the malformed cookie ${cookie.slice(0, 24)} is nobody, and no fault`, async () => {
    const response = await server.visitor().send('GET', '/bff/me', { headers: { cookie } });
    assert.equal(response.status, 401);
    assert.equal((await jsonOf(response))['code'], 'access.unauthenticated');
  });
