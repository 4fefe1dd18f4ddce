/** Our authorization server over HTTP with the real core; names begin with the line of the acceptance list. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { after, before, test } from 'node:test';
import { legacyKey, startRealServer, uploadDemoProxy, type RealServer } from '../testing/real-server.ts';
import type { Visitor } from '../testing/visitor.ts';

let server: RealServer;
before(async () => {
  server = await startRealServer();
});
after(() => server[Symbol.asyncDispose]());

const client = 'myDIRACClientID';
const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';
const redirect = 'https://portal.example.org/#callback';
const codeVerifier = 'v'.repeat(64);
const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');

type Headers = Readonly<Record<string, string>>;
type Json = Readonly<Record<string, unknown>>;
interface Answer {
  readonly status: number;
  readonly body: Json;
}

async function answerOf(response: Response): Promise<Answer> {
  return { status: response.status, body: (await response.json()) as Json };
}

const form = async (path: string, fields: Readonly<Record<string, string>>, headers: Headers = {}) =>
  answerOf(await fetch(server.origin + path, { method: 'POST', body: new URLSearchParams(fields), headers }));

const get = (path: string, headers: Headers = {}) =>
  fetch(server.origin + path, { headers, redirect: 'manual' });

const bearer = (token: unknown) => ({ authorization: `Bearer ${String(token)}` });

const ask = (scope: string) => form('/api/auth/device', { client_id: client, scope });
const poll = (deviceCode: unknown, clientId = client) =>
  form('/api/auth/token', { grant_type: deviceGrant, client_id: clientId, device_code: String(deviceCode) });
const refresh = (token: unknown) =>
  form('/api/auth/token', { grant_type: 'refresh_token', client_id: client, refresh_token: String(token) });

const decide = (person: Visitor, handle: unknown, body: object) =>
  person.send('POST', `/bff/authorizations/${String(handle)}`, { body });

async function logIn(userName: string, group: string, scope?: string): Promise<Json> {
  const vo = group.startsWith('training') ? 'training.egi.eu' : 'vo.access.egi.eu';
  const { body: codes } = await ask(scope ?? `vo:${vo} group:${group}`);
  const person = await server.logIn(userName);
  assert.equal((await decide(person, codes['user_code'], { approve: true, group })).status, 200);
  const { status, body } = await poll(codes['device_code']);
  assert.equal(status, 200);
  return body;
}

test('G2 G3 the documents by which clients find their way', async () => {
  const about = (await (await get('/.well-known/openid-configuration')).json()) as Json;
  assert.equal(about['issuer'], server.origin);
  assert.equal(about['token_endpoint'], `${server.origin}/api/auth/token`);
  assert.deepEqual(about['token_endpoint_auth_methods_supported'], ['none']);
  assert((about['scopes_supported'] as string[]).includes('vo:training.egi.eu'));
  const metadata = (await (await get('/.well-known/dirac-metadata')).json()) as {
    readonly virtual_organizations: Readonly<Record<string, Json>>;
  };
  const vo = metadata.virtual_organizations['training.egi.eu'];
  assert.equal(vo?.['default_group'], 'training_user');
  assert.deepEqual(vo?.['groups'], {
    training_user: { properties: ['NormalUser'] },
    training_admin: { properties: ['JobAdministrator', 'JobMonitor'] },
  });
  const { keys } = (await (await get('/.well-known/jwks.json')).json()) as { readonly keys: readonly Json[] };
  assert.deepEqual(
    keys.map(({ kty, crv, alg, d }) => ({ kty, crv, alg, d })),
    [{ kty: 'OKP', crv: 'Ed25519', alg: 'Ed25519', d: undefined }],
  );
  assert.match(
    (await (await get('/.well-known/security.txt')).json()) as string,
    /^Contact: .*\nExpires: 20/,
  );
});

test('D1 a device code, asked for by query as DiracX does or by form as RFC 8628 says', async () => {
  const stranger = await form('/api/auth/device', { client_id: 'stranger', scope: 'vo:training.egi.eu' });
  assert.deepEqual([stranger.status, stranger.body['detail']], [400, 'Unrecognised client ID']);
  const query = await answerOf(
    await fetch(`${server.origin}/api/auth/device?client_id=${client}&scope=vo:training.egi.eu`, {
      method: 'POST',
    }),
  );
  for (const { status, body } of [query, await ask('vo:training.egi.eu')]) {
    assert.equal(status, 200);
    assert.equal(body['verification_uri'], `${server.origin}/api/auth/device`);
    assert.equal(
      body['verification_uri_complete'],
      `${server.origin}/api/auth/device?user_code=${String(body['user_code'])}`,
    );
    assert.deepEqual([body['expires_in'], 'interval' in body], [600, false]);
  }
});

test('D2 D3 D6 a log-in from a terminal, from the question to the second use of the code', async () => {
  const { body: codes } = await ask('vo:training.egi.eu');
  const pending = await poll(codes['device_code']);
  assert.deepEqual([pending.status, pending.body['error']], [400, 'authorization_pending']);

  const uri = new URL(String(codes['verification_uri_complete']));
  const opened = await get(uri.pathname + uri.search);
  assert.equal(opened.status, 307);
  const identityProvider = new URL(opened.headers.get('location') ?? '');
  assert.equal(identityProvider.searchParams.get('redirect_uri'), `${server.origin}/bff/callback`);
  assert.match(identityProvider.searchParams.get('state') ?? '', /./);

  const jlind = await server.logIn('jlind');
  const again = await jlind.send('GET', uri.pathname + uri.search);
  assert.deepEqual(
    [again.status, again.headers.get('location')],
    [307, `/device?user_code=${String(codes['user_code'])}`],
  );
  const shown = (await (
    await jlind.send('GET', `/bff/authorizations/${String(codes['user_code'])}`)
  ).json()) as Json;
  assert.equal(shown['userCode'], codes['user_code']);
  assert.equal(shown['clientName'], 'Command line');
  assert.equal(shown['askedFrom'], '127.0.0.1');
  assert.deepEqual(
    (shown['choices'] as { group: string }[]).map(({ group }) => group),
    ['training_user', 'training_admin'],
  );
  const body = { approve: true, group: 'training_user' };
  assert.equal((await decide(jlind, codes['user_code'], body)).status, 200);
  assert.equal((await decide(jlind, codes['user_code'], body)).status, 409);

  assert.equal((await poll(codes['device_code'], 'stranger')).status, 400);
  const { status, body: tokens } = await poll(codes['device_code']);
  assert.deepEqual([status, tokens['token_type'], tokens['expires_in']], [200, 'Bearer', 1200]);
  const used = await poll(codes['device_code']);
  assert.deepEqual([used.status, used.body['detail']], [400, 'Code was already used']);
});

test('D7 D8 properties one may not have, and properties that do not exist', async () => {
  const { body: codes } = await ask('vo:training.egi.eu property:JobAdministrator');
  const mkolar = await server.logIn('mkolar');
  const decided = await decide(mkolar, codes['user_code'], { approve: true, group: 'training_user' });
  assert.equal(decided.status, 200);
  const { status, body } = await poll(codes['device_code']);
  assert.equal(status, 403);
  assert.match(String(body['detail']), /JobAdministrator .*available values: NormalUser/);
  const unknown = await ask('vo:training.egi.eu property:Nonsense');
  assert.deepEqual([unknown.status, unknown.body['detail']], [400, "{'Nonsense'} are not valid properties"]);
});

test('D9 an unknown user code: 400 for programs, the page with the reason for browsers', async () => {
  const path = '/api/auth/device?user_code=BBBBBBBB';
  assert.equal((await get(path, { accept: 'application/json' })).status, 400);
  const page = await get(path, { accept: 'text/html' });
  assert.deepEqual([page.status, page.headers.get('location')], [307, '/device?fault=not-found']);
  assert.equal((await get('/api/auth/device')).headers.get('location'), '/device');
  const finished = await get('/api/auth/device/complete/finished');
  assert.match(await finished.text(), /<h1>Please close the window<\/h1>/);
});

test('a denied log-in ends with access_denied, and only the logged-in page of ours can decide', async () => {
  const { body: codes } = await ask('vo:training.egi.eu');
  const jlind = await server.logIn('jlind');
  const path = `/bff/authorizations/${String(codes['user_code'])}`;
  const body = { approve: true, group: 'training_user' };
  assert.equal((await server.visitor().send('POST', path, { body })).status, 401);
  assert.equal(
    (await jlind.send('POST', path, { body, headers: { 'x-csrf-token': undefined } })).status,
    403,
  );
  assert.equal(
    (await jlind.send('POST', path, { body, headers: { origin: 'https://evil.example' } })).status,
    403,
  );
  assert.equal((await jlind.send('POST', path, { body: { approve: true } })).status, 422);
  assert.equal((await jlind.send('POST', path, { body: { ...body, group: 'access_user' } })).status, 403);
  assert.equal((await decide(jlind, codes['user_code'], { approve: false })).status, 200);
  const denied = await poll(codes['device_code']);
  assert.deepEqual([denied.status, denied.body['error']], [400, 'access_denied']);
});

test('requests of the token endpoint that lack something are refused in the form of OAuth', async () => {
  for (const [fields, error] of [
    [{}, 'invalid_request'],
    [{ grant_type: 'password', client_id: client }, 'unsupported_grant_type'],
    [{ grant_type: 'constructor', client_id: client }, 'unsupported_grant_type'],
    [{ grant_type: 'refresh_token', client_id: client }, 'invalid_request'],
    [{ grant_type: deviceGrant, client_id: client, device_code: 'made up' }, 'invalid_grant'],
    [{ grant_type: 'refresh_token', client_id: 'stranger', refresh_token: 'x' }, 'invalid_client'],
  ] as const) {
    const { status, body } = await form('/api/auth/token', fields);
    assert.deepEqual([status, body['error']], [400, error], JSON.stringify(fields));
  }
  const twice = await fetch(`${server.origin}/api/auth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: `grant_type=refresh_token&grant_type=refresh_token&client_id=${client}&refresh_token=x`,
  });
  assert.equal(twice.status, 400);
  const json = await fetch(`${server.origin}/api/auth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ grant_type: 'refresh_token', client_id: client, refresh_token: 'x' }),
  });
  assert.equal(json.status, 400);
});

test('T1 T2 T3 T10 a refresh token is good once, and what is none is refused', async () => {
  const first = await logIn('iortega', 'access_admin');
  const second = await refresh(first['refresh_token']);
  assert.equal(second.status, 200);
  assert.notEqual(second.body['refresh_token'], first['refresh_token']);
  for (const token of [first['refresh_token'], second.body['refresh_token']]) {
    const { status, body } = await refresh(token);
    assert.equal(status, 401);
    assert.match(String(body['detail']), /potential attack detected/);
  }
  assert.equal((await refresh('a.b.c')).status, 401);
});

test('T13 T15 refresh tokens are listed and ended, by id and by themselves', async () => {
  const tokens = await logIn('iortega', 'access_user');
  const headers = bearer(tokens['access_token']);
  const list = async () => (await (await get('/api/auth/refresh-tokens', headers)).json()) as readonly Json[];
  const revoke = (fields: Readonly<Record<string, string>>) =>
    form('/api/auth/revoke', { token: String(tokens['refresh_token']), ...fields });
  const [only, ...others] = await list();
  assert.deepEqual([only?.['Status'], others.length], [1, 0]);
  assert.equal((await revoke({ token: 'unknown' })).status, 200);
  assert.equal((await revoke({ token: String(tokens['access_token']) })).status, 200);
  const stranger = await revoke({ client_id: 'stranger' });
  assert.deepEqual([stranger.status, stranger.body['detail']], [401, 'Unrecognised client_id']);
  const hinted = await revoke({ token_type_hint: 'access_token' });
  assert.deepEqual([hinted.status, hinted.body['error']], [400, 'unsupported_token_type']);
  assert.equal((await list()).length, 1);
  const remove = (jti: unknown) =>
    fetch(`${server.origin}/api/auth/refresh-tokens/${String(jti)}`, { method: 'DELETE', headers });
  assert.equal((await remove('no-uuid')).status, 400);
  assert.equal((await remove('01890000-0000-7000-8000-000000000000')).status, 404);
  for (const turn of ['once', 'again']) {
    const removed = await remove(only?.['JTI']);
    assert.deepEqual([removed.status, await removed.json()], [200, 'Refresh token revoked'], turn);
  }
  assert.deepEqual(await list(), []);
  assert.equal((await revoke({ token_type_hint: 'something' })).status, 200);
});

test('A1 A2 A3 A10 a log-in from another portal begins at the identity provider', async () => {
  const query = {
    response_type: 'code',
    code_challenge: codeChallenge,
    code_challenge_method: 'S256',
    client_id: 'portal',
    redirect_uri: redirect,
    scope: 'vo:training.egi.eu',
    state: 'theirs',
    nonce: 'ignored',
  };
  const authorize = (changes: Readonly<Record<string, string>> = {}) =>
    get(`/api/auth/authorize?${new URLSearchParams({ ...query, ...changes }).toString()}`);
  const good = await authorize();
  assert.equal(good.status, 307);
  const { searchParams } = new URL(good.headers.get('location') ?? '');
  assert(searchParams.has('redirect_uri') && searchParams.has('state'));
  for (const [changes, detail] of [
    [{ client_id: 'stranger' }, /Unrecognised client_id/],
    [{ redirect_uri: 'https://evil.example/' }, /Unrecognised redirect_uri/],
    [{ scope: 'vo:training.egi.eu property:Nonsense' }, /\{'Nonsense'\} are not valid properties/],
    [{ scope: 'openid' }, /Unrecognised scopes: openid/],
  ] as const) {
    const { status, body } = await answerOf(await authorize(changes));
    assert.equal(status, 400);
    assert.match(String(body['detail']), detail);
  }
  assert.equal((await authorize({ code_challenge_method: 'plain' })).status, 422);
});

test('A6 a person whom another portal sent with a wrong request reads why on a page of ours', async () => {
  const asBrowser = { accept: 'text/html,*/*;q=0.8' };
  const wrong = new URLSearchParams({
    response_type: 'code',
    code_challenge: codeChallenge,
    code_challenge_method: 'S256',
    client_id: 'portal',
    redirect_uri: 'https://evil.example/',
    scope: 'vo:training.egi.eu',
    state: 'theirs',
  });
  const sent = await get(`/api/auth/authorize?${wrong.toString()}`, asBrowser);
  assert.equal(sent.status, 307);
  assert.equal(sent.headers.get('location'), '/authorize?fault=invalid_grant');
});

test('A6 A7 A8 A9 a log-in from another portal, from consent to the token', async () => {
  const mkolar = await server.logIn('mkolar');
  const codeFor = async (scope: string): Promise<string> => {
    const query = new URLSearchParams({
      response_type: 'code',
      code_challenge: codeChallenge,
      code_challenge_method: 'S256',
      client_id: 'portal',
      redirect_uri: redirect,
      scope,
      state: 'theirs',
    });
    const page = await mkolar.send('GET', `/api/auth/authorize?${query.toString()}`);
    const [, handle] = /^\/authorize\?request=([\w-]{43})$/.exec(page.headers.get('location') ?? '') ?? [];
    const decided = await decide(mkolar, handle, { approve: true, group: 'training_user' });
    const { redirectTo } = (await decided.json()) as { readonly redirectTo: string };
    const [, code = ''] =
      /^https:\/\/portal\.example\.org\/#callback\?code=([\w-]+)&state=theirs$/.exec(redirectTo) ?? [];
    return code;
  };
  const token = (code: string, changes: Readonly<Record<string, string>> = {}) =>
    form('/api/auth/token', {
      grant_type: 'authorization_code',
      client_id: 'portal',
      redirect_uri: redirect,
      code_verifier: codeVerifier,
      code,
      ...changes,
    });
  const code = await codeFor('vo:training.egi.eu');
  assert.equal((await token(code, { client_id: client })).status, 400);
  assert.equal((await token(code, { redirect_uri: 'https://portal.example.org/' })).status, 400);
  assert.equal((await token(code, { code_verifier: 'w'.repeat(64) })).status, 400);
  const { status, body } = await token(code);
  assert.equal(status, 200);
  const userInfo = await get('/api/auth/userinfo', bearer(body['access_token']));
  const { sub, ...who } = (await userInfo.json()) as Json;
  assert.match(String(sub), /^training\.egi\.eu:\w+$/);
  assert.deepEqual(who, {
    vo: 'training.egi.eu',
    dirac_group: 'training_user',
    policies: {},
    properties: ['NormalUser'],
    preferred_username: 'mkolar',
  });
  const used = await token(code);
  assert.deepEqual([used.status, used.body['detail']], [400, 'Code was already used']);
  const lacking = await token(await codeFor('vo:training.egi.eu property:JobMonitor'));
  assert.equal(lacking.status, 403);
  assert.match(String(lacking.body['detail']), /JobMonitor .*available values/);
});

test('a token submits jobs and reads them, through /api and /bff, without a cookie or CSRF token', async () => {
  await uploadDemoProxy(await server.logIn('jlind'), 'jlind');
  const { access_token: token } = await logIn('jlind', 'training_user');
  const send = (path: string, body: unknown) =>
    fetch(server.origin + path, {
      method: 'POST',
      headers: { ...bearer(token), 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const submitted = await send('/api/jobs/jdl', ['Executable = "/bin/true";']);
  assert.equal(submitted.status, 201, await submitted.clone().text());
  const [job] = (await submitted.json()) as readonly { readonly JobID: number }[];
  const found = (await (await send('/api/jobs/search', {})).json()) as readonly Json[];
  assert(found.some(({ JobID }) => JobID === job?.JobID));
  assert.equal((await get(`/bff/jobs/${job?.JobID}`, bearer(token))).status, 200);
  const killed = await send('/bff/jobs/actions', { action: 'kill', jobIds: [job?.JobID] });
  assert.equal(killed.status, 200);
});

test('a proxy can be delegated with a token, and finished only with the same one', async () => {
  const mine = await logIn('jlind', 'training_user');
  const other = await logIn('jlind', 'training_user');
  const headers = { ...bearer(mine['access_token']), 'content-type': 'application/json' };
  const asked = await fetch(`${server.origin}/bff/proxies/requests`, { method: 'POST', headers });
  const { requestId } = (await asked.json()) as { readonly requestId: string };
  const finish = (token: unknown) =>
    fetch(`${server.origin}/bff/proxies/requests/${requestId}`, {
      method: 'PUT',
      headers: { ...headers, ...bearer(token) },
      body: JSON.stringify({ chainPem: 'no chain' }),
    });
  assert.equal((await finish(other['access_token'])).status, 404);
  assert.notEqual((await finish(mine['access_token'])).status, 404);
});

test('a token and a session of two people, a token in the address, a route of the session alone', async () => {
  const { access_token: token } = await logIn('mkolar', 'access_user');
  const [mkolar, jlind] = [await server.logIn('mkolar'), await server.logIn('jlind')];
  const search = (person: Visitor, headers: Readonly<Record<string, string>> = {}) =>
    person.send('POST', '/api/jobs/search', { body: {}, headers: { ...bearer(token), ...headers } });
  assert.equal((await search(mkolar)).status, 200);
  assert.equal((await search(jlind)).status, 400);
  assert.equal((await search(mkolar, { 'x-wm-group': 'access_user' })).status, 200);
  assert.equal((await search(mkolar, { 'x-wm-group': 'training_user' })).status, 403);
  assert.equal((await mkolar.send('GET', `/bff/proxies?access_token=${String(token)}`)).status, 400);
  assert.equal((await get(`/api/auth/userinfo?access_token=${String(token)}`)).status, 400);
  assert.equal((await get('/bff/me', bearer(token))).status, 401);
  const invalid = await mkolar.send('POST', '/api/jobs/search', { body: {}, headers: bearer('x.y.z') });
  assert.equal(invalid.status, 401, 'a cookie does not mend a bad token');
});

test('two credentials of one kind are refused, whichever comes first', async () => {
  const { access_token: token } = await logIn('mkolar', 'access_user');
  const good = `Bearer ${String(token)}`;
  const { host } = new URL(server.origin);
  for (const [first, second] of [
    [good, 'Bearer x.y.z'],
    ['Bearer x.y.z', good],
    [good, good],
  ] as const) {
    const headers = ['host', host, 'authorization', first, 'authorization', second];
    const call = request(`${server.origin}/api/auth/userinfo`, { headers });
    call.end();
    const [response] = (await once(call, 'response')) as [IncomingMessage];
    response.resume();
    assert.equal(response.statusCode, 400);
  }
});

test('D4 D5 the way back from the identity provider needs a state of ours, and is good once', async () => {
  const { body: codes } = await ask('vo:training.egi.eu');
  const visitor = server.visitor();
  const path = `/api/auth/device?user_code=${String(codes['user_code'])}`;
  const form = await visitor.follow(server.origin + path);
  const forged = await visitor.send('GET', '/bff/callback?code=made-up&state=forged');
  assert.equal(forged.status, 401);
  const again = await visitor.send('GET', '/bff/callback?code=made-up&state=forged');
  assert.equal(again.status, 401);
  await form.response.body?.cancel();
  const pending = await poll(codes['device_code']);
  assert.equal(pending.body['error'], 'authorization_pending');
});

test('D3 after the log-in at the identity provider the browser is at the page that asks', async () => {
  const { body: codes } = await ask('vo:training.egi.eu');
  const visitor = server.visitor();
  const uri = new URL(String(codes['verification_uri_complete']));
  const form = await visitor.follow(server.origin + uri.pathname + uri.search);
  await form.response.body?.cancel();
  const body = new URLSearchParams({ user: 'jlind', password: 'demo' });
  const end = await visitor.follow(form.url, { method: 'POST', body });
  assert.equal(end.url, `${server.origin}/device?user_code=${String(codes['user_code'])}`);
});

test('T18 T19 the legacy exchange by its key, and in DiracX’s forms of refusal', async () => {
  await server.logIn('jlind');
  const exchange = async (query: string, headers: Headers) =>
    answerOf(await get(`/api/auth/legacy-exchange?${query}`, headers));
  const key = bearer(`diracx:legacy:${legacyKey.toString('base64url')}`);
  const good = 'preferred_username=jlind&scope=vo:training.egi.eu&expires_minutes=1440';
  const { status, body } = await exchange(good, key);
  assert.equal(status, 200);
  const userInfo = (await (await get('/api/auth/userinfo', bearer(body['access_token']))).json()) as Json;
  assert.deepEqual([userInfo['preferred_username'], userInfo['dirac_group']], ['jlind', 'training_user']);
  assert.equal((await refresh(body['refresh_token'])).body['refresh_token'], body['refresh_token']);
  for (const [expected, query, headers] of [
    [422, good, {}],
    [400, good, { authorization: 'Basic abc' }],
    [400, good, bearer('diracx:modern:abc')],
    [401, good, bearer('diracx:legacy:abc')],
    [400, 'preferred_username=jlind&scope=vo:atlas', key],
    [400, 'preferred_username=jlind&scope=vo:training.egi.eu%20group:access_user', key],
    [400, 'preferred_username=stranger&scope=vo:training.egi.eu', key],
  ] as const)
    assert.equal((await exchange(query, headers)).status, expected, `${expected} ${query}`);
});

test('introspection of an own token', async () => {
  const tokens = await logIn('mkolar', 'training_user');
  const headers = bearer(tokens['access_token']);
  const { body } = await form('/api/auth/introspect', { token: String(tokens['refresh_token']) }, headers);
  assert.deepEqual(
    [body['active'], body['token_type'], body['username'], body['client_id'], body['scope']],
    [true, 'refresh_token', 'mkolar', client, 'vo:training.egi.eu group:training_user'],
  );
  assert.deepEqual((await form('/api/auth/introspect', { token: 'x' }, headers)).body, { active: false });
  assert.equal((await form('/api/auth/introspect', { token: 'x' })).status, 401);
});

test('what happened to tokens stands in the audit log, with address and client and without the tokens', async () => {
  const tokens = await logIn('iortega', 'access_user');
  await refresh(tokens['refresh_token']);
  const iortega = await server.logIn('iortega');
  const text = await (await iortega.send('GET', '/bff/audit')).text();
  for (const action of ['approve token', 'issue token', 'refresh token'])
    assert(text.includes(action), action);
  assert(text.includes(client) && text.includes('127.0.0.1'));
  for (const secret of [tokens['access_token'], tokens['refresh_token']])
    assert(!text.includes(String(secret)));
});
