/** Log-out at a real OpenID provider from both sides, over HTTP with the real core; and forged log-out tokens. */
import assert from 'node:assert/strict';
import { createPublicKey, randomUUID, type JsonWebKey } from 'node:crypto';
import { after, before, test } from 'node:test';
import { SignJWT, UnsecuredJWT, importJWK, type JWTHeaderParameters, type JWTPayload } from 'jose';
import { makeStandInKey } from './stand-in/stand-in-checkin.ts';
import { startWithProvider, type ServerWithProvider } from '../testing/with-provider.ts';
import type { Visitor } from '../testing/visitor.ts';

const event = 'http://schemas.openid.net/event/backchannel-logout';

let w: ServerWithProvider;
before(async () => {
  w = await startWithProvider({ subject: 'ada-at-iam', claims: { 'wlcg.groups': ['/escape'] } });
});
after(() => w[Symbol.asyncDispose]());

const status = async (visitor: Visitor): Promise<number> => (await visitor.send('GET', '/bff/me')).status;

async function loggedIn(): Promise<Visitor> {
  const visitor = w.server.visitor();
  await w.logIn(visitor);
  assert.equal(await status(visitor), 200);
  return visitor;
}

/** Walks through the provider's own page of log-out. */
async function confirm(visitor: Visitor, url: string): Promise<string> {
  const page = await (await visitor.follow(url)).response.text();
  const action = /action="([^"]+)"/.exec(page)?.[1] ?? '';
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
  const body = new URLSearchParams({ xsrf, logout: 'yes' });
  return (await visitor.follow(new URL(action, url).href, { method: 'POST', body })).url;
}

const logOut = async (visitor: Visitor): Promise<string | null> => {
  const answer = await visitor.send('POST', '/bff/logout');
  assert.equal(answer.status, 200);
  return ((await answer.json()) as { readonly endSessionUrl: string | null }).endSessionUrl;
};

test('a log-out ends the session here at once, then the one at the provider, and leads back', async () => {
  const visitor = await loggedIn();
  const cookie = visitor.cookies.get('wm') ?? '';
  const url = (await logOut(visitor)) ?? '';
  const thief = w.server.visitor();
  thief.cookies.set('wm', cookie);
  assert.equal(await status(thief), 401, 'before the provider was asked for anything');
  assert(url.startsWith(`${w.issuer.issuer}/session/end?`), url);
  const query = new URL(url).searchParams;
  assert.equal(query.get('post_logout_redirect_uri'), `${w.server.origin}/`);
  assert.match(query.get('id_token_hint') ?? '', /^[\w-]+\.[\w-]+\.[\w-]+$/);
  assert.equal(await confirm(visitor, url), `${w.server.origin}/`);
});

test('a log-out at the provider ends the session here, and no other of the same person', async () => {
  const [visitor, elsewhere] = [await loggedIn(), await loggedIn()];
  await confirm(visitor, `${w.issuer.issuer}/session/end`);
  assert.equal(await status(visitor), 401);
  assert.equal(await status(elsewhere), 200);
  const audit = await elsewhere.send('GET', '/bff/audit?limit=50');
  const { events } = (await audit.json()) as {
    readonly events: readonly { readonly action: string; readonly way: string; readonly details: object }[];
  };
  const written = events.find(({ action }) => action === 'log out at provider');
  assert.deepEqual([written?.way, written?.details], ['provider', { issuer: w.issuer.issuer, ended: 1 }]);
});

// ---------------------------------------------------------------- tokens by hand

const nowS = (): number => Math.floor(Date.now() / 1000);

const good = (): JWTPayload => ({
  iss: w.issuer.issuer,
  aud: w.issuer.clientId,
  iat: nowS(),
  exp: nowS() + 120,
  jti: randomUUID(),
  sub: 'ada-at-iam',
  events: { [event]: {} },
});

async function signed(
  claims: JWTPayload,
  header: Partial<JWTHeaderParameters> = {},
  key: JsonWebKey = w.issuer.signingKey as JsonWebKey,
): Promise<string> {
  const all = { alg: 'RS256', typ: 'logout+jwt', kid: 'stand-in', ...header };
  return new SignJWT(claims).setProtectedHeader(all).sign(await importJWK(key, 'RS256'));
}

const sendTo = (path: string, token: string): Promise<Response> =>
  fetch(`${w.server.origin}${path}`, { method: 'POST', body: new URLSearchParams({ logout_token: token }) });
const send = (token: string): Promise<Response> => sendTo('/auth/backchannel-logout/iam', token);

test('a token of a subject ends all its sessions; the answer is not kept; used again it is refused', async () => {
  const [one, two] = [await loggedIn(), await loggedIn()];
  const token = await signed(good());
  const answer = await send(token);
  assert.deepEqual([answer.status, answer.headers.get('cache-control')], [200, 'no-store']);
  assert.deepEqual([await status(one), await status(two)], [401, 401]);
  const third = await loggedIn();
  assert.equal((await send(token)).status, 400);
  assert.equal(await status(third), 200);
});

test('a token with sid and sub means sessions that fit both', async () => {
  const visitor = await loggedIn();
  assert.equal((await send(await signed({ ...good(), sid: 'another session' }))).status, 200);
  assert.equal(await status(visitor), 200);
});

/** The key that everybody may read, as the secret of an HMAC. */
const publicKeyAsSecret = (): Uint8Array =>
  Buffer.from(
    createPublicKey({ key: w.issuer.signingKey as JsonWebKey, format: 'jwk' }).export({
      type: 'spki',
      format: 'pem',
    }),
  );

const without = (claim: string): JWTPayload => {
  const { [claim]: _left, ...rest } = good();
  return rest;
};

const attacks: readonly (readonly [string, RegExp, () => Promise<string>])[] = [
  ['an ID token, which has a nonce', /nonce: must not be there/, () => signed({ ...good(), nonce: 'n' })],
  ['a token for another client', /"aud" claim/, () => signed({ ...good(), aud: 'another' })],
  [
    'a token for another client too',
    /aud: must name this client alone/,
    () => signed({ ...good(), aud: [w.issuer.clientId, 'another'] }),
  ],
  [
    'a token of another issuer',
    /"iss" claim/,
    () => signed({ ...good(), iss: 'https://elsewhere.example.org' }),
  ],
  ['a token that is old', /too far in the past/, () => signed({ ...good(), iat: nowS() - 3600 })],
  [
    'a token of the future',
    /in the past/,
    () => signed({ ...good(), iat: nowS() + 3600, exp: nowS() + 3700 }),
  ],
  ['a token that is over', /"exp" claim/, () => signed({ ...good(), iat: nowS() - 200, exp: nowS() - 100 })],
  ['a token without events', /"events" claim/, () => signed(without('events'))],
  ['a token of another event', /back-channel/, () => signed({ ...good(), events: { 'urn:other': {} } })],
  ['a token whose event is no object', /object/, () => signed({ ...good(), events: { [event]: true } })],
  ['a token without jti', /"jti" claim/, () => signed(without('jti'))],
  ['a token without iat', /"iat" claim/, () => signed(without('iat'))],
  ['a token without exp', /"exp" claim/, () => signed(without('exp'))],
  ['a token of nobody', /sub, sid/, () => signed(without('sub'))],
  ['a token whose subject is a list', /./, () => signed({ ...good(), sub: ['ada-at-iam'] as never })],
  ['an access token', /another kind/, () => signed(good(), { typ: 'at+jwt' })],
  [
    'a token of another key',
    /signature/,
    () => signed(good(), {}, JSON.parse(makeStandInKey()) as JsonWebKey),
  ],
  [
    'a token that brings its key',
    /no applicable key/,
    () => signed(good(), { kid: 'x', jku: 'https://evil.example.org' }),
  ],
  [
    'HS256 with the public key',
    /"alg"/,
    () => new SignJWT(good()).setProtectedHeader({ alg: 'HS256', kid: 'stand-in' }).sign(publicKeyAsSecret()),
  ],
  ['no signature', /./, async () => new UnsecuredJWT(good()).encode()],
  ['no token', /./, async () => 'x.y.z'],
  ['nothing', /./, async () => ''],
];
for (const [name, why, forge] of attacks)
  test(`log-out token refused with 400: ${name}`, async () => {
    const visitor = await loggedIn();
    const answer = await send(await forge());
    const { detail } = (await answer.json()) as { readonly detail: string };
    assert.equal(answer.status, 400, detail);
    assert.match(detail, why);
    assert.equal(await status(visitor), 200);
  });

test('a token of one provider is nothing at the door of another, nor at one that is not there', async () => {
  const visitor = await loggedIn();
  const token = await signed(good());
  assert.equal((await sendTo('/auth/backchannel-logout', token)).status, 400);
  assert.equal((await sendTo('/auth/backchannel-logout/nobody', token)).status, 404);
  assert.equal(await status(visitor), 200);
});

test('a provider that is away keeps nobody logged in here', async () => {
  await using own = await startWithProvider({ subject: 'ada-at-iam', claims: {} });
  await own.logIn();
  await own.issuer[Symbol.asyncDispose]();
  // What is known of the provider is known: the browser will see that it is away.
  const answer = await own.visitor.send('POST', '/bff/logout');
  assert.equal(answer.status, 200);
  assert.equal(await status(own.visitor), 401);
});
