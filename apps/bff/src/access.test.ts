/** Who may call what: every route of the contract × every kind of caller, generated from the route tables. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { routes, type Route, type RouteKey } from '@wm/api-contract';
import { people, pilotToken } from './testing/fake-core.ts';
import { startTestServer, type TestServer } from './testing/test-server.ts';
import type { SendOptions, Visitor } from './testing/visitor.ts';

let server: TestServer;
const callers = new Map<string, Visitor>();

before(async () => {
  server = await startTestServer();
  callers.set('visitor', server.visitor());
  for (const { userName } of people) callers.set(userName, await server.logIn(userName));
});
after(() => server[Symbol.asyncDispose]());

const table = Object.entries(routes) as [RouteKey, Route][];
const guarded = table.filter(([, { access }]) => access.kind === 'session' || access.kind === 'group');
const methodOf = (key: RouteKey): string => key.slice(0, key.indexOf(' '));
const isChanging = (key: RouteKey): boolean => methodOf(key) !== 'GET';

/** An address of the route with parameters that fit their schema. */
const pathOf = (key: RouteKey): string =>
  key
    .slice(key.indexOf(' ') + 1)
    .replace(':jobId', '7')
    .replace(':stamp', 'b'.repeat(32))
    .replace('sandbox/:kind', 'sandbox/input')
    .replace('documents/:kind', 'documents/note')
    .replace(':fileName', 'x.p12')
    .replace(/:\w+/g, 'x');

/** A body that no schema takes: the answer tells whether the caller came so far. */
const bodyFor = (route: Route): SendOptions => (route.body === undefined ? {} : { body: 'not an object' });

async function answerTo(
  caller: Visitor | undefined,
  key: RouteKey,
  headers: SendOptions['headers'] = {},
): Promise<{ status: number; code: string }> {
  assert(caller);
  const route: Route = routes[key];
  const json = route.body === undefined ? {} : { 'content-type': 'application/json' };
  const leave = new AbortController();
  const response = await caller.send(methodOf(key), pathOf(key), {
    ...bodyFor(route),
    headers: { ...json, ...headers },
    signal: leave.signal,
  });
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  const body = isJson ? ((await response.json()) as { readonly code?: string }) : {};
  leave.abort();
  return { status: response.status, code: body.code ?? '' };
}

/** Log-out would end the caller's session; the others judge by a token or a log-in under way. */
const judgedOtherwise: readonly RouteKey[] = [
  'POST /bff/logout',
  'GET /bff/callback',
  'GET /files/sandboxes',
  'POST /files/sandboxes',
];

const refusals = [
  'access.denied',
  'access.unauthenticated',
  'access.csrf',
  'account.unregistered',
  'pilot.unknown',
];

/** What the table says of a person who acts in his first group. */
function expectedRefusal(route: Route, userName: string): string | undefined {
  const { access } = route;
  const membership = people.find((person) => person.userName === userName)?.memberships[0];
  if (access.kind === 'pilot') return 'pilot.unknown';
  if (access.kind !== 'group') return undefined;
  if (membership === undefined) return 'account.unregistered';
  const hasOne = access.anyOf?.some((property) => membership.properties.includes(property)) ?? true;
  return hasOne ? undefined : 'access.denied';
}

for (const [key, route] of table)
  for (const { userName } of people)
    test(`${key}: ${userName} is ${expectedRefusal(route, userName) ?? 'let in'}`, async () => {
      if (judgedOtherwise.includes(key)) return;
      const { code } = await answerTo(callers.get(userName), key);
      const expected = expectedRefusal(route, userName);
      if (expected === undefined) assert(!refusals.includes(code), code);
      else assert.equal(code, expected);
    });

for (const [key, route] of table) {
  const { kind } = route.access;
  if (kind === 'public' || kind === 'signed') continue;
  test(`${key}: a visitor without log-in gets 401`, async () => {
    assert.equal((await answerTo(callers.get('visitor'), key)).status, 401);
  });
}

/** Nothing but the token: no cookie, no origin, no CSRF token. */
const withToken = (token: string) => ({
  authorization: `Bearer ${token}`,
  origin: undefined,
  'x-csrf-token': undefined,
});

for (const [key, route] of guarded.filter(([, { access }]) => access.kind === 'group'))
  for (const { userName, memberships } of people)
    for (const { group, properties } of memberships) {
      const anyOf = route.access.kind === 'group' ? route.access.anyOf : undefined;
      const isLetIn = anyOf?.some((property) => properties.includes(property)) ?? true;
      test(`${key}: a token of ${userName} in ${group} is ${isLetIn ? 'let in' : 'refused'}`, async () => {
        const headers = withToken(`token-of-${userName}-in-${group}`);
        const { code } = await answerTo(server.visitor(), key, headers);
        if (isLetIn) assert(!refusals.includes(code), code);
        else assert.equal(code, 'access.denied');
      });
    }

for (const [key] of guarded)
  test(`${key}: a bad token opens nothing, not even beside a good session`, async () => {
    const isGroup = (routes[key] as Route).access.kind === 'group';
    assert.equal((await answerTo(server.visitor(), key, withToken('x.y.z'))).status, 401);
    if (isGroup) assert.equal((await answerTo(callers.get('mkolar'), key, withToken('x.y.z'))).status, 401);
  });

/** Somebody who may: others are refused before anything else is asked. */
const allowed = (route: Route): Visitor | undefined =>
  people
    .map(({ userName }) => userName)
    .filter((userName) => expectedRefusal(route, userName) === undefined)
    .map((userName) => callers.get(userName))[0];

for (const [key, route] of guarded.filter(([name]) => isChanging(name)))
  for (const [what, headers] of [
    ['without the CSRF token', { 'x-csrf-token': undefined }],
    ['with the CSRF token of another session', { 'x-csrf-token': 'A'.repeat(43) }],
    ['from a foreign origin', { origin: 'https://evil.example' }],
    ['without origin', { origin: undefined }],
    ['without origin, from another site', { origin: undefined, 'sec-fetch-site': 'cross-site' }],
    ['from the opaque origin', { origin: 'null' }],
  ] as const)
    test(`${key}: refused ${what}`, async () => {
      const { status, code } = await answerTo(allowed(route), key, headers);
      assert.deepEqual([status, code], [403, 'access.csrf']);
    });

for (const [key, { access }] of table.filter(([, route]) => route.access.kind === 'pilot')) {
  test(`${key}: a pilot with its token is let in, with another secret it is not (${access.kind})`, async () => {
    const visitor = server.visitor();
    const good = await answerTo(visitor, key, { authorization: `Bearer ${pilotToken}` });
    assert(!refusals.includes(good.code), good.code);
    for (const authorization of [
      `Bearer ${'a'.repeat(32)}.wrong`,
      'Bearer',
      'Basic eDp5',
      'Bearer a b',
      `Bearer ${'x'.repeat(5000)}`,
    ])
      assert.equal((await answerTo(visitor, key, { authorization })).code, 'pilot.unknown', authorization);
  });
}

test('a pilot token opens no route of the portal or of DiracX', async () => {
  for (const [key] of guarded) {
    const { status } = await answerTo(server.visitor(), key, { authorization: `Bearer ${pilotToken}` });
    assert.equal(status, 401, key);
  }
});

test('a group is named per request and checked against the memberships of now', async () => {
  const mkolar = await server.logIn('mkolar');
  const search = (headers: Readonly<Record<string, string>>) =>
    mkolar.send('POST', '/api/jobs/search', { body: {}, headers });
  assert.equal((await search({ 'x-wm-group': 'training_user' })).status, 409);
  assert.equal((await search({ 'x-wm-group': 'access_admin' })).status, 403);
  assert.equal((await search({ 'x-wm-group': '' })).status, 403);
  const before = people[0]?.memberships ?? [];
  server.fake.setMemberships('mkolar', before.slice(0, 1));
  assert.equal((await search({ 'x-wm-group': 'training_user' })).status, 403);
  server.fake.setMemberships('mkolar', before);
});
