/** What the faces do themselves, over HTTP: log-in, sessions, forms of answers, limits, live events, doors. */
import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { after, before, test } from 'node:test';
import { pilotToken } from './testing/fake-core.ts';
import { nextOf, readEvents } from './testing/events-reader.ts';
import { startTestServer, type TestServer } from './testing/test-server.ts';

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server[Symbol.asyncDispose]());

type Json = Readonly<Record<string, unknown>>;
const jsonOf = async (response: Response): Promise<Json> => (await response.json()) as Json;
const changed = (sequence: number, id: string) =>
  ({ sequence, noun: 'job', id, vo: null, owner: null, ownerGroup: null }) as const;

// ---------------------------------------------------------------- log-in and sessions

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
  assert.equal((await visitor.send('POST', '/bff/logout')).status, 204);
  await assert.rejects(nextOf(events, 'never'), /the stream ended/);
  const thief = server.visitor();
  thief.cookies.set('wm', cookie);
  assert.equal((await thief.send('GET', '/bff/me')).status, 401);
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

// ---------------------------------------------------------------- forms of answers

test('without a token DiracX clients are told how to authenticate, in its words', async () => {
  const send = (authorization?: string) =>
    server.visitor().send('POST', '/api/jobs/search', { body: {}, headers: { authorization } });
  const missing = await send();
  assert.equal(missing.headers.get('www-authenticate'), 'Bearer');
  assert.equal((await jsonOf(missing))['detail'], 'Authorization header is missing');
  const garbage = await send('Bearer garbage');
  assert.deepEqual([garbage.status, (await jsonOf(garbage))['detail']], [401, 'Invalid JWT']);
  const basic = await send('Basic eDp5');
  assert.deepEqual([basic.status, (await jsonOf(basic))['detail']], [400, 'Invalid authorization header']);
});

test('what does not fit the schema is listed as DiracX does below /api, as a problem elsewhere', async () => {
  const visitor = await server.logIn('mkolar');
  const api = await visitor.send('POST', '/api/jobs/search?per_page=0', { body: {} });
  assert.equal(api.status, 422);
  const [item] = (await jsonOf(api))['detail'] as readonly Json[];
  assert.deepEqual(item?.['loc'], ['query', 'per_page']);
  const bff = await visitor.send('POST', '/bff/jobs/actions', { body: { action: 'burn', jobIds: [1] } });
  assert.equal(bff.status, 422);
  assert.match(bff.headers.get('content-type') ?? '', /^application\/problem\+json/);
  const problem = await jsonOf(bff);
  assert.equal(problem['code'], 'input.invalid');
  assert.equal((problem['details'] as Json)['field'], 'body.action');
});

test('a body that is no JSON, or of another type, is refused', async () => {
  const visitor = await server.logIn('mkolar');
  const send = (body: string, type: string) =>
    visitor.send('POST', '/bff/me/group', { body, headers: { 'content-type': type } });
  assert.equal((await send('{"group":', 'application/json')).status, 422);
  assert.equal((await send('{"group":"training_user"}', 'text/plain')).status, 422);
  assert.equal((await send('group=training_user', 'application/x-www-form-urlencoded')).status, 422);
});

test('a body beyond the limit of its route gets 413 that names the limit', async () => {
  const visitor = await server.logIn('mkolar');
  // Far more than fits into the buffers of the connection: the sender is still at it when it is refused.
  const response = await visitor.send('POST', '/bff/me/group', { body: { group: 'x'.repeat(20_000_000) } });
  assert.equal(response.status, 413);
  const problem = await jsonOf(response);
  assert.equal(problem['code'], 'input.too-large');
  assert.match(String(problem['detail']), /1048576 bytes/);
});

test('unknown addresses are 404, known ones with another method 405 with Allow', async () => {
  const visitor = server.visitor();
  assert.deepEqual(await jsonOf(await visitor.send('GET', '/api/nothing')), { detail: 'Not Found' });
  const api = await visitor.send('GET', '/api/jobs/jdl');
  assert.deepEqual([api.status, api.headers.get('allow')], [405, 'POST']);
  const bff = await visitor.send('POST', '/bff/proxies');
  assert.deepEqual([bff.status, bff.headers.get('allow')], [405, 'GET, HEAD']);
  assert.equal((await jsonOf(await visitor.send('GET', '/bff/nothing')))['code'], 'not-found');
  assert.equal((await visitor.send('POST', '/somewhere')).status, 404);
});

test('answers forbid storing, framing, sniffing and everything else by default', async () => {
  const { headers } = await server.visitor().send('GET', '/bff/welcome');
  assert.equal(headers.get('cache-control'), 'no-store');
  assert.equal(headers.get('referrer-policy'), 'no-referrer');
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
  assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'.*frame-ancestors 'none'/);
  assert.equal(headers.get('x-powered-by'), null);
  assert.match(headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/);
});

test('the page of the portal gets a new nonce at every answer, in policy and page alike', async () => {
  const page = async () => {
    const response = await server.visitor().send('GET', '/job-monitor/7');
    const nonce = /'nonce-([^']+)'/.exec(response.headers.get('content-security-policy') ?? '')?.[1];
    assert((await response.text()).includes(`content="${nonce}"`));
    return nonce;
  };
  assert.notEqual(await page(), await page());
});

test('files of the portal come compressed and for ever, nothing outside its folder comes at all', async () => {
  const file = await server
    .visitor()
    .send('GET', '/assets/main-abc.js', { headers: { 'accept-encoding': 'br' } });
  assert.equal(file.headers.get('content-encoding'), 'br');
  assert.match(file.headers.get('cache-control') ?? '', /immutable/);
  assert.match(file.headers.get('content-type') ?? '', /javascript/);
  assert.match(await file.text(), /The portal of the tests/);
  for (const path of [
    '/assets/other.js',
    '/..%2ffake-core.ts',
    '/%2e%2e/fake-core.ts',
    '/assets/..%2f..%2ftest-server.ts',
    '/%00.js',
    '/%zz.js',
  ])
    assert.equal((await server.visitor().send('GET', path)).status, 404, path);
});

test('a browser at another name of this machine is sent to the address of the portal', async () => {
  const { port } = new URL(server.origin);
  const location = await new Promise<string | undefined>((resolve, reject) => {
    httpRequest(
      { port, host: '127.0.0.1', path: '//evil.example/x', headers: { host: `localhost:${port}` } },
      (answer) => {
        answer.resume();
        resolve(answer.headers.location);
      },
    )
      .on('error', reject)
      .end();
  });
  assert.equal(location, `${server.origin}/evil.example/x`);
});

test('the health of the core is told; when it fails, readiness is 503 and life goes on', async () => {
  const visitor = server.visitor();
  assert.deepEqual(await jsonOf(await visitor.send('GET', '/api/health/ready')), { status: 'ready' });
  server.fake.isHealthy = false;
  const down = await visitor.send('GET', '/api/health/ready');
  server.fake.isHealthy = true;
  assert.deepEqual([down.status, down.headers.get('retry-after')], [503, '10']);
  assert.deepEqual(await jsonOf(await visitor.send('GET', '/api/health/live')), { status: 'live' });
});

test('log-ins are limited by address', async () => {
  await using own = await startTestServer({ loginsPerMinute: 2 });
  const begin = () => own.visitor().send('GET', '/bff/login');
  assert.deepEqual([(await begin()).status, (await begin()).status], [302, 302]);
  const third = await begin();
  assert.equal(third.status, 429);
  assert.equal((await jsonOf(third))['code'], 'access.rate-limited');
  assert.notEqual(third.headers.get('retry-after'), null);
});

// ---------------------------------------------------------------- live events

test('changes arrive as ids, once each, with the sequence to continue from', async () => {
  const visitor = await server.logIn('mkolar');
  const leave = new AbortController();
  const stream = await visitor.send('GET', '/bff/events?group=training_user', { signal: leave.signal });
  assert.match(stream.headers.get('content-type') ?? '', /^text\/event-stream/);
  const events = readEvents(stream);
  assert.equal((await nextOf(events, 'hello')).id, '40', 'a place to come back to before anything happened');
  server.fake.ring([changed(41, '7'), changed(42, '7')]);
  const message = await nextOf(events, 'changed');
  assert.equal(message.id, '42');
  assert.deepEqual(message.data, {
    type: 'changed',
    jobs: [7],
    pilots: [],
    proxies: false,
    configuration: false,
  });
  assert.equal((await nextOf(events, 'hello')).id, undefined);
  leave.abort();
});

test('a client that comes back names the last event it saw; nonsense counts as none', async () => {
  const visitor = await server.logIn('mkolar');
  for (const [header, expected] of [
    ['42', 42],
    ['-1', undefined],
    ['x', undefined],
    ['9'.repeat(40), undefined],
  ] as const) {
    const leave = new AbortController();
    const stream = await visitor.send('GET', '/bff/events', {
      headers: { 'last-event-id': header },
      signal: leave.signal,
    });
    await nextOf(readEvents(stream), 'hello');
    assert.equal(server.fake.replays.at(-1), expected);
    leave.abort();
  }
});

test('live events of a group that is not the own are refused', async () => {
  const visitor = await server.logIn('mkolar');
  assert.equal((await visitor.send('GET', '/bff/events?group=access_admin')).status, 403);
});

test('a session that ends by time ends its live events', async () => {
  await using own = await startTestServer();
  const visitor = await own.logIn('mkolar');
  const events = readEvents(await visitor.send('GET', '/bff/events'));
  await nextOf(events, 'hello');
  own.clock.advanceS(1801);
  await assert.rejects(nextOf(events, 'never'), /the stream ended/);
});

// ---------------------------------------------------------------- pilots and doors

test('a pilot that goes away while it waits for a job ends the wait', async () => {
  const leave = new AbortController();
  const offer = {
    platforms: [],
    cpuTimeLeftS: 1,
    processors: 1,
    memoryMiB: 1,
    diskMiB: 1,
    gpus: 0,
    wholeNode: false,
    tags: [],
    requiredTags: [],
  };
  const before = server.fake.reached.length;
  const waiting = server.visitor().send('POST', '/pilot/v1/match', {
    body: { offer, waitS: 60 },
    headers: { authorization: `Bearer ${pilotToken}` },
    signal: leave.signal,
  });
  const isReached = () => server.fake.reached.slice(before).includes('matcher.match');
  while (!isReached()) await new Promise((resolve) => setImmediate(resolve));
  leave.abort();
  await assert.rejects(waiting);
  while (!server.fake.reached.includes('matcher.match: aborted'))
    await new Promise((resolve) => setImmediate(resolve));
});

const upload = (fields: Readonly<Record<string, string>>, fileName = 'file'): FormData => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set(fileName, new Blob(['the bytes']), 'sandbox.tar.gz');
  return form;
};

test('the presigned door hands the file on as it comes; the token is all it asks for', async () => {
  const response = await server
    .visitor()
    .send('POST', '/files/sandboxes', { body: upload({ token: 'good', key: 'x' }) });
  assert.equal(response.status, 204);
  assert.equal(server.fake.uploads.at(-1)?.toString(), 'the bytes');
});

for (const [what, body, code] of [
  ['another token', upload({ token: 'bad' }), 'access.denied'],
  ['no token', upload({}), 'access.denied'],
  ['a file of another name', upload({ token: 'good' }, 'other'), 'input.invalid'],
  ['no form at all', '{}', 'input.invalid'],
] as const)
  test(`the presigned door refuses ${what} and goes on serving`, async () => {
    const response = await server.visitor().send('POST', '/files/sandboxes', { body });
    assert.equal((await jsonOf(response))['code'], code);
    assert.equal((await server.visitor().send('GET', '/api/health/live')).status, 200);
  });

test('a long upload that is refused at its first byte still learns why', async () => {
  const form = new FormData();
  form.set('token', 'bad');
  form.set('file', new Blob(['x'.repeat(20_000_000)]), 'sandbox.tar.gz');
  const response = await server.visitor().send('POST', '/files/sandboxes', { body: form });
  assert.equal((await jsonOf(response))['code'], 'access.denied');
});

// ---------------------------------------------------------------- secrets

test('neither cookies, tokens, codes nor uploaded text are in the log', async () => {
  const visitor = await server.logIn('mkolar');
  const chainPem = '-----BEGIN CERTIFICATE-----\nc2VjcmV0LWNoYWlu\n-----END CERTIFICATE-----';
  await visitor.send('PUT', '/bff/proxies/requests/req-secret', { body: { chainPem } });
  await server.visitor().send('POST', '/files/sandboxes', { body: upload({ token: 'token-in-the-form' }) });
  await server.visitor().send('GET', '/files/sandboxes?token=token-in-the-query');
  const log = server.logText();
  assert(log.includes('http.answered'));
  const cookie = decodeURIComponent(visitor.cookies.get('wm') ?? '').slice(2, 30);
  for (const secret of [
    cookie,
    visitor.csrfToken,
    'c2VjcmV0LWNoYWlu',
    'token-in-the-form',
    'token-in-the-query',
    pilotToken,
  ])
    assert(!log.includes(secret), secret);
});

test('a page elsewhere whose name points at this machine gets nothing from the demo', async () => {
  const { port } = new URL(server.origin);
  const status = await new Promise<number | undefined>((resolve, reject) => {
    httpRequest(
      { port, host: '127.0.0.1', path: '/bff/login', headers: { host: `evil.example:${port}` } },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      },
    )
      .on('error', reject)
      .end();
  });
  assert.equal(status, 403);
});
