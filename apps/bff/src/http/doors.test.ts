/** Waiting pilots, presigned uploads, and what of all this is logged. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { pilotToken } from '../testing/fake-core.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server[Symbol.asyncDispose]());

const jsonOf = async (response: Response): Promise<Readonly<Record<string, unknown>>> =>
  (await response.json()) as Readonly<Record<string, unknown>>;

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
