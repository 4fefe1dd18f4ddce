/** Requests that are malformed, forged or lost: each gets a clear refusal, and nothing happens. */
import { request } from 'node:http';
import { logIn } from '../world/http-user.ts';
import { expectPlainRefusal, expectRefusal, plain, rawGet, refusalOf } from './refusals.ts';
import { expect, test } from './strict-test.ts';
import { jobsOf } from './strict-world.ts';

const goodJdl = '[ Executable = "/bin/true"; Site = "EGI.Idle.org"; ]';
const json = { 'content-type': 'application/json' };

interface Attempt {
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
}

test.describe('a submission', () => {
  /** Submits as Marta, except for what the case changes. */
  const attempts: Record<
    string,
    Attempt & { readonly status: number; readonly code: string; readonly says: RegExp }
  > = {
    'without a CSRF token is refused': {
      headers: { 'x-csrf-token': undefined },
      status: 403,
      code: 'access.csrf',
      says: /X-CSRF-Token is missing.*reload/,
    },
    'with the CSRF token of another session is refused': {
      headers: { 'x-csrf-token': 'x'.repeat(43) },
      status: 403,
      code: 'access.csrf',
      says: /not that of this session/,
    },
    'from a foreign origin is refused with the right address': {
      headers: { origin: 'https://evil.example.org' },
      status: 403,
      code: 'access.csrf',
      says: /did not come from http:\/\/127\.0\.0\.1:\d+; open the portal at that address/,
    },
    'without any origin is refused': {
      headers: { origin: undefined },
      status: 403,
      code: 'access.csrf',
      says: /did not come from/,
    },
    'in a group the user is not in is refused by the name of the group': {
      headers: { 'x-wm-group': 'training_user' },
      status: 403,
      code: 'access.denied',
      says: /not a member of the group “training_user”/,
    },
    'in a group that may not submit is refused by the property it lacks': {
      headers: { 'x-wm-group': 'access_monitor' },
      status: 403,
      code: 'access.denied',
      says: /lacks the property NormalUser/,
    },
    'that is not JSON is refused': {
      body: '[ Executable',
      status: 400,
      code: 'input.invalid',
      says: /not JSON/,
    },
    'that is JSON of another shape is refused by the field': {
      body: JSON.stringify({ jdl: goodJdl }),
      status: 422,
      code: 'input.invalid',
      says: /expected array/,
    },
    'whose JSON holds no texts is refused by the place': {
      body: JSON.stringify([goodJdl, 7]),
      status: 422,
      code: 'input.invalid',
      says: /"body",1.*expected string/,
    },
    'of another content type is refused': {
      headers: { 'content-type': 'text/plain' },
      status: 422,
      code: 'input.invalid',
      says: /expected array/,
    },
    'with an unusable Idempotency-Key is refused by the header': {
      headers: { 'idempotency-key': 'short' },
      status: 400,
      code: 'input.invalid',
      says: /Idempotency-Key: must be 8 to 128/,
    },
    'with a cookie that was tampered with counts as nobody’s': {
      headers: { cookie: 'wm=s%3Aforged.signature' },
      status: 401,
      code: 'access.unauthenticated',
      says: /Authorization header is missing/,
    },
    'with a bearer token that is none is refused, whatever cookie comes along': {
      headers: { authorization: 'Bearer not-a-token' },
      status: 401,
      code: 'access.unauthenticated',
      says: /Invalid JWT/,
    },
    'with an authorization of another kind is refused': {
      headers: { authorization: 'Basic bWtvbGFyOmRlbW8=' },
      status: 400,
      code: 'access.unauthenticated',
      says: /Invalid authorization header/,
    },
  };

  for (const [what, attempt] of Object.entries(attempts))
    test(`${what} (${attempt.code})`, async ({ strict }) => {
      const user = await strict.userWithProxy('iortega', 'access_user');
      const before = await jobsOf(user);
      const me = await user.client.call('GET /bff/me', {});
      const headers: Record<string, string | undefined> = {
        ...json,
        cookie: user.cookies(),
        origin: strict.url,
        'x-csrf-token': me.csrfToken,
        'x-wm-group': 'access_user',
        ...attempt.headers,
      };
      const given = Object.entries(headers).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      );
      const answer = await plain(`${strict.url}/api/jobs/jdl`, {
        method: 'POST',
        headers: given,
        body: attempt.body ?? JSON.stringify([goodJdl]),
      });
      expect({ code: answer.json?.code, status: answer.status }).toEqual({
        code: attempt.code,
        status: attempt.status,
      });
      expect(JSON.stringify(answer.json?.detail)).toMatch(attempt.says);
      expect(await jobsOf(user)).toEqual(before);
    });
});

const brokenCookies: Record<string, string> = {
  empty: 'wm=',
  'without a signature': 'wm=s%3Aabcdef',
  'of another server': `wm=s%3A${'A'.repeat(43)}.${'B'.repeat(43)}`,
  'with a broken percent sign': 'wm=%E0%A4%A',
  'of a thousand parts': Array.from({ length: 1000 }, (_, n) => `c${n}=1`).join('; '),
  'with quotes and commas': 'wm="s:a,b";;; =; wm',
};

for (const [what, cookie] of Object.entries(brokenCookies))
  test(`a cookie ${what} opens no session and breaks nothing (access.unauthenticated)`, async ({
    strict,
  }) => {
    const answer = await plain(`${strict.url}/bff/me`, { headers: { cookie } });
    expectPlainRefusal(answer, {
      code: 'access.unauthenticated',
      status: 401,
      says: /not logged in.*Log in again/,
    });
  });

test('a session that was logged out is over for its cookie too (access.unauthenticated)', async ({
  strict,
}) => {
  const user = await logIn(strict.url, 'mkolar', 'access_user');
  const cookie = user.cookies();
  await user.client.call('POST /bff/logout', {});
  const answer = await plain(`${strict.url}/bff/me`, { headers: { cookie } });
  expectPlainRefusal(answer, { code: 'access.unauthenticated', status: 401, says: /Log in again/ });
});

test('a log-in answer nobody asked for is refused (access.unauthenticated)', async ({ strict }) => {
  const answer = await plain(`${strict.url}/bff/callback?code=stolen&state=guessed`, {
    headers: { accept: 'application/json' },
  });
  expectPlainRefusal(answer, { code: 'access.unauthenticated', status: 401, says: /log in again/i });
  expect(answer.headers.getSetCookie()).toEqual([]);
});

test('a wrong password of the stand-in Check-in logs nobody in', async ({ strict }) => {
  await expect(logIn(strict.url, 'mkolar', 'access_user', 'wrong')).rejects.toThrow(/40[0-9]|401/);
});

const unknownPlaces: Record<string, { path: string; method?: string; status: number; says: RegExp }> = {
  'an unknown route of the portal': { path: '/bff/nowhere', status: 404, says: /nothing at this address/i },
  'an unknown route of the DiracX face': { path: '/api/nowhere', status: 404, says: /Not Found/ },
  'an unknown route of pilots': {
    path: '/pilot/v1/nowhere',
    method: 'POST',
    status: 404,
    says: /nothing at this/,
  },
  'an unknown file': { path: '/assets/missing.js', status: 404, says: /nothing at this address/ },
  'a wrong method': { path: '/bff/me', method: 'DELETE', status: 405, says: /allowed are GET/ },
  'a wrong method of the DiracX face': {
    path: '/api/jobs/jdl',
    method: 'GET',
    status: 405,
    says: /Method Not Allowed/,
  },
};

for (const [what, { path, method = 'GET', status, says }] of Object.entries(unknownPlaces))
  test(`${what} is answered with ${status}`, async ({ strict }) => {
    const answer = await plain(strict.url + path, { method });
    expect(answer.status).toBe(status);
    expect(JSON.stringify(answer.json)).toMatch(says);
    if (status === 405) expect(answer.headers.get('allow')).toBeTruthy();
  });

const climbs = [
  '/../../../../etc/passwd',
  '/assets/../../../../../../etc/passwd',
  '/assets/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd.txt',
  '/assets/..%2f..%2f..%2f..%2fpackage.json',
  '/..%5c..%5cpackage.json',
  '/assets/%00.js',
  '/%c0%ae%c0%ae/package.json',
  '/bff/demo/certificates/..%2f..%2fsecrets.p12',
  '/bff/demo/certificates/%2e%2e%2fauthority.pem',
];

for (const path of climbs)
  test(`a path that climbs out reads no file: ${path}`, async ({ strict }) => {
    const { status, text } = await rawGet(strict.url, path);
    expect(text).not.toMatch(/root:|"private"|PRIVATE KEY|workspace/);
    // Paths without an extension are places inside the portal's page.
    if (!text.includes('<!doctype html>')) expect([400, 401, 403, 404, 422]).toContain(status);
  });

test('a body larger than the route takes is refused with the limit (input.too-large)', async ({ strict }) => {
  const user = await strict.user('mkolar', 'access_user');
  const note = { text: 'x'.repeat(2_000_000) };
  const call = user.client.call('PUT /bff/documents/:kind/:name', {
    params: { kind: 'note', name: 'huge' },
    body: { revision: 0, body: note },
  });
  await expectRefusal(call, { code: 'input.too-large', status: 413, says: /at most \d+ bytes/ });
  const { documents } = await user.client.call('GET /bff/documents/:kind', { params: { kind: 'note' } });
  expect(documents).toEqual([]);
});

test('numbers and names out of range are refused by the field (input.invalid)', async ({ strict }) => {
  const user = await strict.user('mkolar', 'access_user');
  const cookie = user.cookies();
  for (const [path, says] of [
    ['/bff/jobs/seven', /path\.jobId/],
    ['/bff/jobs/-1', /path\.jobId/],
    ['/bff/jobs/1e99', /path\.jobId/],
    ['/bff/documents/secret', /path\.kind/],
    ['/bff/pilots/..%2f..%2f/output', /path\.stamp/],
    ['/bff/jobs/1/sandbox/input/file', /query\.name/],
  ] as const) {
    const answer = await plain(strict.url + path, { headers: { cookie } });
    expectPlainRefusal(answer, { code: 'input.invalid', status: 422, says });
  }
});

test('a search for a column or an operator that does not exist is refused by its name', async ({
  strict,
}) => {
  const user = await strict.user('mkolar', 'access_user');
  const column = await refusalOf(
    user.client.call('POST /api/jobs/search', {
      query: {},
      body: { search: [{ parameter: 'Password', operator: 'eq', value: '1' }] },
    }),
  );
  expect(column.message).toMatch(/Password/);
  const injection = await refusalOf(
    user.client.call('POST /api/jobs/search', {
      query: {},
      body: { sort: [{ parameter: 'JobID; drop table jobs', direction: 'asc' }] },
    }),
  );
  expect(injection.message).toMatch(/drop table/);
  expect(Array.isArray(await jobsOf(user))).toBe(true);
});

test('headers of 40 kB are refused and the server goes on', async ({ strict }) => {
  const answer = await plain(`${strict.url}/api/health/live`, { headers: { 'x-much': 'a'.repeat(40_000) } });
  expect(answer.status).toBe(431);
  expect((await plain(`${strict.url}/api/health/live`)).status).toBe(200);
});

test('a page under another name of this machine gets no log-in of the demo (access.denied)', async ({
  strict,
}) => {
  const { hostname, port } = new URL(strict.url);
  const status = await new Promise<number>((resolve, reject) => {
    request(
      { hostname, port, path: '/bff/me', headers: { host: `evil.example.org:${port}` } },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    )
      .on('error', reject)
      .end();
  });
  expect(status).toBe(403);
});
