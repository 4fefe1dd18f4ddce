/** What must hold for every route: complete tables, so that an omission fails here and not at a user. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { routes, type Route, type RouteKey } from '@wm/api-contract';
import { openApiDocument } from '@wm/api-contract/openapi';
import { errorCodes } from '@wm/wms-core/vocabulary';
import { allowedMethods } from './http/errors.ts';
import { problems } from './http/problem.ts';

const table = Object.entries(routes) as [RouteKey, Route][];
const faces = /^(GET|POST|PUT|PATCH|DELETE) \/(api|auth|bff|pilot\/v1|files|\.well-known)\//;

/** What the form holds is the credential: a code, a refresh token, the word of an identity provider. To ask for a code changes nobody's things. */
const openOnPurpose: readonly RouteKey[] = [
  'POST /api/auth/device',
  'POST /api/auth/token',
  'POST /api/auth/revoke',
  'POST /auth/backchannel-logout',
  'POST /auth/backchannel-logout/:provider',
];

for (const [key, route] of table)
  test(`${key} is complete`, () => {
    assert.match(key, faces, 'a route of one of the faces');
    assert(route.summary.length > 0 && !route.summary.endsWith('.'));
    assert.match(route.operationId, /^[a-z_]+$/);
    for (const code of route.errors) assert(problems[code].status >= 400, code);
    if (route.body !== undefined) {
      assert(route.example?.body !== undefined, 'a body needs an example');
      assert(route.body.safeParse(route.example.body).success, 'the example fits the schema');
    }
    const names = [...key.matchAll(/:(\w+)/g)].map(([, name]) => name);
    assert.equal(names.length > 0, route.params !== undefined, 'parameters of the path have a schema');
    if (key.startsWith('GET ')) assert.equal(route.body, undefined, 'GET has no body');
    const isOpen = route.access.kind === 'public' || route.access.kind === 'signed';
    if (key.includes(' /pilot/')) assert.equal(route.access.kind, 'pilot');
    else if (!key.startsWith('GET ') && !key.includes(' /files/') && !openOnPurpose.includes(key))
      assert(!isOpen, 'nothing changes without log-in');
  });

test('no two routes have the same operation', () => {
  const operations = table.map(([, { operationId }]) => operationId);
  assert.equal(new Set(operations).size, operations.length);
});

test('every error code has a status and a title', () => {
  for (const code of errorCodes) {
    assert(problems[code].status >= 400 && problems[code].status < 600, code);
    assert.notEqual(problems[code].title, '', code);
  }
});

test('every path of the contract is known with its method', () => {
  for (const [key] of table) {
    const [method = '', path = ''] = key.split(' ');
    assert(allowedMethods(path.replace(/:\w+/g, 'x')).includes(method), key);
  }
});

test('the OpenAPI document has every route once, with its parameters', () => {
  const { paths } = openApiDocument('1.2.3') as {
    readonly paths: Readonly<Record<string, Record<string, unknown>>>;
  };
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
  );
  assert.deepEqual(operations.toSorted(), table.map(([key]) => key).toSorted());
  const search = paths['/api/jobs/search']?.['post'] as {
    readonly parameters: readonly { readonly name: string }[];
  };
  assert.deepEqual(
    search.parameters.map(({ name }) => name),
    ['page', 'per_page'],
  );
});
