/** Attacks and slips of a log-in (credentials.md §3.2), one by one, against a real OpenID provider. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { startTestIssuer, type TestIssuer, type TestIssuerOptions } from '../testing/test-issuer.ts';
import { createVisitor } from '../testing/visitor.ts';
import {
  createIdentityProvider,
  type IdentityProvider,
  type IdentityProviderOptions,
} from './oidc.adapter.ts';

const serverOrigin = 'https://wm.example.org';
const ada = { serverOrigin, logOutPath: '/out', subject: 'ada', claims: { name: 'Ada' } };

let issuer: TestIssuer;
let provider: IdentityProvider;

const providerAt = (
  at: Pick<TestIssuer, 'issuer' | 'clientId' | 'clientSecret'>,
  given: Partial<IdentityProviderOptions> = {},
): IdentityProvider =>
  createIdentityProvider({
    id: 'iam',
    kind: 'checkin',
    issuer: at.issuer,
    clientId: at.clientId,
    clientSecret: at.clientSecret,
    publicOrigin: serverOrigin,
    allowHttp: true,
    alwaysAsk: false,
    offlineAccess: false,
    linkedAs: at.issuer,
    ...given,
  });

before(async () => {
  issuer = await startTestIssuer(ada);
  provider = providerAt(issuer);
});
after(() => issuer[Symbol.asyncDispose]());

/** Where the provider sends the browser back to. */
async function walk(url: string): Promise<URL> {
  const visitor = createVisitor(new URL(url).origin);
  let at = url;
  for (let hops = 0; hops < 10; hops += 1) {
    const answer = await visitor.send('GET', at);
    at = new URL(answer.headers.get('location') ?? assert.fail(`${at} ended with ${answer.status}`), at).href;
    if (at.startsWith(`${serverOrigin}/bff/callback`)) return new URL(at);
  }
  assert.fail('too many redirects');
}

const pathOf = (url: URL): string => url.pathname + url.search;

/** A log-in whose way there or back somebody changed. */
async function attacked({
  there = () => undefined,
  back = () => undefined,
}: {
  readonly there?: (query: URLSearchParams) => void;
  readonly back?: (query: URLSearchParams) => void;
}) {
  const { url, pending } = await provider.begin('/', 0);
  const begun = new URL(url);
  there(begun.searchParams);
  const callback = await walk(begun.href);
  back(callback.searchParams);
  return provider.complete(pathOf(callback), pending);
}

const notOurs = { code: 'access.unauthenticated', message: /does not belong to this log-in/ };

test('without an attack the log-in is complete', async () => {
  const { claims, atProvider } = await attacked({});
  assert.deepEqual([claims.subject, claims.name], ['ada', 'Ada']);
  assert.equal(atProvider.issuer, issuer.issuer);
  assert.equal(typeof atProvider.sid, 'string');
});

test('wrong or missing state', async () => {
  await assert.rejects(attacked({ back: (query) => query.set('state', 'another') }), notOurs);
  await assert.rejects(attacked({ back: (query) => query.delete('state') }), notOurs);
  await assert.rejects(attacked({ there: (query) => query.set('state', 'another') }), notOurs);
});

test('other iss (mix-up)', async () => {
  await assert.rejects(attacked({ back: (query) => query.set('iss', 'https://evil.example.org') }), notOurs);
  await assert.rejects(attacked({ back: (query) => query.delete('iss') }), notOurs);
});

test('wrong nonce', async () => {
  await assert.rejects(attacked({ there: (query) => query.set('nonce', 'another') }), notOurs);
  await assert.rejects(attacked({ there: (query) => query.delete('nonce') }), notOurs);
});

test('wrong verifier', async () => {
  const { url, pending } = await provider.begin('/', 0);
  const callback = pathOf(await walk(url));
  await assert.rejects(provider.complete(callback, { ...pending, codeVerifier: 'A'.repeat(43) }), notOurs);
});

test('wrong redirect_uri', async () => {
  const elsewhere = providerAt(issuer, { publicOrigin: 'https://evil.example.org' });
  const { url } = await elsewhere.begin('/', 0);
  assert.equal((await fetch(url, { redirect: 'manual' })).status, 400, 'not registered');
  const { url: good, pending } = await provider.begin('/', 0);
  const callback = pathOf(await walk(good));
  await assert.rejects(elsewhere.complete(callback, pending), notOurs);
});

test('a code a second time, or one that was injected from another log-in', async () => {
  const { url, pending } = await provider.begin('/', 0);
  const callback = pathOf(await walk(url));
  await provider.complete(callback, pending);
  await assert.rejects(provider.complete(callback, pending), notOurs);
  const stolen = (await walk((await provider.begin('/', 0)).url)).searchParams.get('code') ?? '';
  await assert.rejects(attacked({ back: (query) => query.set('code', stolen) }), notOurs);
});

test('the user said no', async () => {
  await using denying = await startTestIssuer({ ...ada, denies: true });
  const denied = providerAt(denying);
  const { url, pending } = await denied.begin('/', 0);
  await assert.rejects(denied.complete(pathOf(await walk(url)), pending), {
    code: 'access.unauthenticated',
    message: 'The log-in was cancelled at the identity provider.',
  });
});

test('issuer with trailing path, or localhost for 127.0.0.1', async () => {
  const away = { code: 'service.unavailable' };
  const named = issuer.issuer.replace('127.0.0.1', 'localhost');
  await assert.rejects(providerAt({ ...issuer, issuer: named }).begin('/', 0), away);
  await assert.rejects(providerAt({ ...issuer, issuer: `${issuer.issuer}/realm/` }).begin('/', 0), away);
});

test('http issuer', async () => {
  await assert.rejects(providerAt(issuer, { allowHttp: false }).begin('/', 0), {
    code: 'service.unavailable',
  });
});

test('a wrong client secret, which is no fault of the person', async () => {
  const { url, pending } = await provider.begin('/', 0);
  const callback = pathOf(await walk(url));
  const wrong = providerAt(issuer, { clientSecret: 'wrong' });
  await assert.rejects(wrong.complete(callback, pending), { code: 'service.unavailable' });
});

test('a provider that does not answer in time is away, and nobody waits for it', async () => {
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const at = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const slow = providerAt({ ...issuer, issuer: at }, { timeoutS: 0.05 });
  await assert.rejects(slow.begin('/', 0), { code: 'service.unavailable' });
  silent.closeAllConnections();
  await new Promise((resolve) => silent.close(resolve));
});

// ---------------------------------------------------------------- broken providers

/** What is understood of the claims of a provider of this shape. */
async function understood(options: Partial<TestIssuerOptions>, kind: 'checkin' | 'wlcg' = 'checkin') {
  await using own = await startTestIssuer({ ...ada, ...options });
  const its = providerAt(own, { kind });
  const { url, pending } = await its.begin('/', 0);
  return (await its.complete(pathOf(await walk(url)), pending)).claims;
}

test('UserInfo that fails, speaks of somebody else or is no JSON lets nobody in', async () => {
  for (const broken of ['userinfo-fails', 'other-subject', 'userinfo-junk'] as const)
    await assert.rejects(
      understood({ broken }),
      { code: /^(access\.unauthenticated|service\.unavailable)$/ },
      broken,
    );
});

test('EGI-like: claims that are in UserInfo alone are read there', async () => {
  const entitlement = 'urn:mace:egi.eu:group:vo.access.egi.eu:role=member#aai.egi.eu';
  const claims = await understood({
    claims: {
      voperson_id: 'ef72@egi.eu',
      eduperson_entitlement: [entitlement],
      eduperson_assurance: ['https://aai.egi.eu/LoA#Substantial'],
      email: 'ada@example.org',
      email_verified: true,
    },
  });
  assert.deepEqual(
    [claims.voPersonId, claims.entitlements, claims.email],
    ['ef72@egi.eu', [entitlement], 'ada@example.org'],
  );
  assert.deepEqual(claims.assurance, ['https://aai.egi.eu/LoA#Substantial']);
});

test('WLCG-like: groups of wlcg.groups, no entitlements asked for', async () => {
  const claims = await understood(
    { claims: { 'wlcg.groups': ['/escape', '/escape/prod'], eduperson_entitlement: ['urn:x'] } },
    'wlcg',
  );
  assert.deepEqual(
    [claims.groups, claims.entitlements, claims.voPersonId],
    [['/escape', '/escape/prod'], [], undefined],
  );
});

const shapes: readonly (readonly [string, unknown, readonly string[]])[] = [
  ['none', undefined, []],
  ['one text instead of a list', 'urn:a', ['urn:a']],
  ['an object instead of a list', { a: 'urn:a' }, []],
  ['a number', 7, []],
  [
    'junk among good ones',
    ['urn:a', 5, null, {}, '', ['urn:c'], 'x'.repeat(5000), 'urn:b'],
    ['urn:a', 'urn:b'],
  ],
];
for (const [name, given, expected] of shapes)
  test(`entitlements that are ${name} let the person in with what is good`, async () => {
    const claims = await understood({ claims: { eduperson_entitlement: given } });
    assert.deepEqual(claims.entitlements, expected);
    assert.equal(claims.voPersonId, undefined, 'no voperson_id either: the subject is who it is');
    assert.equal(claims.subject, 'ada');
  });

test('five hundred values and more end no log-in, and no more than a thousand are kept', async () => {
  const eduperson_entitlement = Array.from({ length: 3000 }, (_, index) => `urn:${index}`);
  assert.equal((await understood({ claims: { eduperson_entitlement } })).entitlements.length, 1000);
});

test('an e-mail address that the provider did not verify is none', async () => {
  assert.equal(
    (await understood({ claims: { email: 'boss@example.org', email_verified: false } })).email,
    undefined,
  );
});
