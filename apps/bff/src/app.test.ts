/** What the faces do themselves, over HTTP: forms of answers, headers, limits, the files of the portal. */
import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { after, before, test } from 'node:test';
import { startTestServer, type TestServer } from './testing/test-server.ts';

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server[Symbol.asyncDispose]());

type Json = Readonly<Record<string, unknown>>;
const jsonOf = async (response: Response): Promise<Json> => (await response.json()) as Json;

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

for (const path of ['/api/jobs/jdl', '/bff/bulks', '/bff/jobs/dry-run', '/api/jobs/search'])
  test(`a hundred megabytes for ${path} that tell no length are refused with the limit`, async () => {
    const visitor = await server.logIn('mkolar');
    const megabyte = new Uint8Array(1_000_000).fill(120);
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        if (sent < 100) controller.enqueue(megabyte);
        else controller.close();
        sent += 1;
      },
    });
    const response = await fetch(server.origin + path, {
      method: 'POST',
      duplex: 'half',
      body,
      headers: {
        origin: server.origin,
        cookie: [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        'x-csrf-token': visitor.csrfToken,
        'content-type': 'application/json',
      },
    });
    assert.equal(response.status, 413);
    assert.match(String((await jsonOf(response))['detail']), /at most \d+ bytes/);
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
