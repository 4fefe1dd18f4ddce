/**
 * Who may call what: every route of the contract × every kind of caller, generated from the route tables. Callers with
 * certificates come by their own port, see `certificate-door/door-access.test.ts`.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { RouteKey } from '@wm/api-contract';
import { callerKinds, propertyBundles, verdictOf, type CallerKind } from './auth/access-matrix.ts';
import { people, pilotToken } from './testing/fake-core.ts';
import { badBodyOf, methodOf, pathOf, refusals, table } from './testing/route-calls.ts';
import { startTestServer, type TestServer } from './testing/test-server.ts';
import type { SendOptions, Visitor } from './testing/visitor.ts';

let server: TestServer;
const sessions = new Map<string, Visitor>();

/** A group for each bundle, so that one person can be every kind of member. */
const groupOf = (bundle: string): string => `as_${bundle.replaceAll(' ', '_')}`;
const groups = Object.entries(propertyBundles).map(([bundle, properties]) => ({
  group: groupOf(bundle),
  vo: 'vo.access.egi.eu',
  properties,
}));

before(async () => {
  server = await startTestServer();
  for (const userName of ['mkolar', 'jlind', 'nobody']) sessions.set(userName, await server.logIn(userName));
  server.fake.setMemberships('mkolar', groups);
  server.fake.setMemberships('jlind', []);
});
after(() => server[Symbol.asyncDispose]());

type Headers = NonNullable<SendOptions['headers']>;

async function answerTo(
  visitor: Visitor | undefined,
  key: RouteKey,
  headers: Headers = {},
): Promise<{ status: number; code: string }> {
  assert(visitor);
  const body = badBodyOf(key);
  const json: Headers = body.body === undefined ? {} : { 'content-type': 'application/json' };
  const leave = new AbortController();
  const response = await visitor.send(methodOf(key), pathOf(key), {
    ...body,
    headers: { ...json, ...headers },
    signal: leave.signal,
  });
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  const answer = isJson ? ((await response.json()) as { readonly code?: string }) : {};
  leave.abort();
  return { status: response.status, code: answer.code ?? '' };
}

/** Nothing but the token: no cookie, no origin, no CSRF token. */
const withToken = (token: string): Headers => ({
  authorization: `Bearer ${token}`,
  origin: undefined,
  'x-csrf-token': undefined,
});

const bundleOf = ({ properties }: CallerKind): string =>
  Object.entries(propertyBundles).find(([, bundle]) => bundle === properties)?.[0] ?? '';

/** Whose session and which headers a kind of caller comes with; undefined = it comes by another port. */
function callAs(caller: CallerKind): readonly [person: string | undefined, headers: Headers] | undefined {
  const group = groupOf(bundleOf(caller));
  switch (caller.shows) {
    case 'nothing':
      return [undefined, {}];
    case 'session':
      if (caller.properties !== undefined) return ['mkolar', { 'x-wm-group': group }];
      return [caller.name === 'suspended' ? 'jlind' : 'nobody', {}];
    case 'token':
      return [undefined, withToken(`token-of-mkolar-in-${group}`)];
    case 'forged token':
      return [undefined, withToken('x.y.z')];
    case 'pilot token':
      return [undefined, withToken(pilotToken)];
    case 'certificate':
    case 'proxy':
    case 'limited proxy':
      return undefined;
  }
}

for (const [key, route] of table)
  test(`${key}: every kind of caller gets the verdict of the matrix`, async () => {
    for (const caller of callerKinds) {
      const call = callAs(caller);
      if (call === undefined) continue;
      const [person, headers] = call;
      const isLogOut = key === 'POST /bff/logout' && person !== undefined;
      const visitor = isLogOut ? await server.logIn(person) : person && sessions.get(person);
      const { status, code } = await answerTo(visitor || server.visitor(), key, headers);
      const expected = verdictOf(key, route, caller);
      const told = `${caller.name}: ${expected}, not ${status} ${code}`;
      if (expected === 'own secret') assert.ok(status >= 400, told);
      else if (expected === 'in') assert.ok(!refusals.includes(code), told);
      else assert.equal(code, expected, told);
    }
  });

test('no kind of caller is without verdict, and each comes by one of the two ports', () => {
  const byDoor = callerKinds.filter((caller) => callAs(caller) === undefined).map(({ name }) => name);
  assert.deepEqual(byDoor, ['certificate', 'proxy', 'limited proxy']);
  assert.equal(new Set(callerKinds.map(({ name }) => name)).size, callerKinds.length);
  for (const [key, route] of table)
    for (const caller of callerKinds) assert.match(verdictOf(key, route, caller), /^[a-z.]+( secret)?$/);
});

test('each property that a route asks for is the only one of some caller', () => {
  const asked = new Set(
    table.flatMap(([, { access }]) => (access.kind === 'group' ? (access.anyOf ?? []) : [])),
  );
  const alone = Object.values(propertyBundles).filter(({ length }) => length === 1);
  for (const property of asked)
    assert.ok(
      alone.some(([only]) => only === property),
      property,
    );
});

const guarded = table.filter(([, { access }]) => access.kind === 'session' || access.kind === 'group');

test('a bad token opens nothing, not even beside a good session', async () => {
  for (const [key, { access }] of guarded.filter(([, route]) => route.access.kind === 'group')) {
    const { status } = await answerTo(sessions.get('mkolar'), key, withToken('x.y.z'));
    assert.equal(status, 401, `${key} ${access.kind}`);
  }
});

/** A group that may call the route, of the person who is in all of them. */
function allowedGroup(key: RouteKey): Headers {
  const route = table.find(([other]) => other === key)?.[1];
  const allowed = callerKinds.find(
    (caller) =>
      caller.shows === 'session' &&
      caller.properties !== undefined &&
      route !== undefined &&
      verdictOf(key, route, caller) === 'in',
  );
  return { 'x-wm-group': allowed ? groupOf(bundleOf(allowed)) : undefined };
}

for (const [what, headers] of [
  ['without the CSRF token', { 'x-csrf-token': undefined }],
  ['with the CSRF token of another session', { 'x-csrf-token': 'A'.repeat(43) }],
  ['from a foreign origin', { origin: 'https://evil.example' }],
  ['without origin', { origin: undefined }],
  ['without origin, from another site', { origin: undefined, 'sec-fetch-site': 'cross-site' }],
  ['from the opaque origin', { origin: 'null' }],
] as const)
  test(`every route that changes something refuses a session ${what}`, async () => {
    const changing = guarded.filter(([key]) => methodOf(key) !== 'GET');
    assert.ok(changing.length > 40);
    for (const [key] of changing) {
      const { status, code } = await answerTo(sessions.get('mkolar'), key, {
        ...allowedGroup(key),
        ...headers,
      });
      assert.deepEqual([status, code], [403, 'access.csrf'], key);
    }
  });

test('a pilot with another secret, or a malformed token, is unknown', async () => {
  for (const [key] of table.filter(([, route]) => route.access.kind === 'pilot'))
    for (const authorization of [
      `Bearer ${'a'.repeat(32)}.wrong`,
      'Bearer',
      'Basic eDp5',
      'Bearer a b',
      `Bearer ${'x'.repeat(5000)}`,
    ])
      assert.equal(
        (await answerTo(server.visitor(), key, { authorization })).code,
        'pilot.unknown',
        authorization,
      );
});

test('a group is named per request and checked against the memberships of now', async () => {
  const mkolar = await server.logIn('mkolar');
  const search = (headers: Readonly<Record<string, string>>) =>
    mkolar.send('POST', '/api/jobs/search', { body: {}, headers });
  const memberships = people[0]?.memberships ?? [];
  server.fake.setMemberships('mkolar', memberships);
  assert.equal((await search({ 'x-wm-group': 'training_user' })).status, 409);
  assert.equal((await search({ 'x-wm-group': 'access_admin' })).status, 403);
  assert.equal((await search({ 'x-wm-group': '' })).status, 403);
  server.fake.setMemberships('mkolar', memberships.slice(0, 1));
  assert.equal((await search({ 'x-wm-group': 'training_user' })).status, 403);
  server.fake.setMemberships('mkolar', groups);
});
