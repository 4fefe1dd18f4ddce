import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestIssuer } from '../testing/test-issuer.ts';
import { createVisitor } from '../testing/visitor.ts';
import { claimsOf, createIdentityProvider } from './oidc.adapter.ts';

test('junk among the claims is left out', () => {
  const claims = claimsOf('issuer', 'subject', {
    voperson_id: 'a@egi.eu',
    preferred_username: 7,
    name: '',
    email: 'x@example.org',
    email_verified: false,
    eduperson_entitlement: ['urn:a', 5, null, '', 'x'.repeat(5000), 'urn:b'],
  });
  assert.deepEqual(claims, {
    issuer: 'issuer',
    subject: 'subject',
    voPersonId: 'a@egi.eu',
    name: undefined,
    preferredUserName: undefined,
    email: undefined,
    entitlements: ['urn:a', 'urn:b'],
    groups: [],
    assurance: [],
  });
});

test('one entitlement alone may come without a list', () => {
  assert.deepEqual(claimsOf('i', 's', { eduperson_entitlement: 'urn:a' }).entitlements, ['urn:a']);
  assert.deepEqual(claimsOf('i', 's', {}).entitlements, []);
});

test('certificates come from a provider that may vouch for them, and as pairs alone', () => {
  const pair = { cert_subject_dn: '/O=Example/CN=Jane Doe', cert_iss: '/O=Example/CN=CA' };
  const junk = [7, null, 'x', {}, { cert_subject_dn: '/CN=x' }, { cert_subject_dn: 5, cert_iss: '/CN=CA' }];
  const given = { cert_entitlement: [pair, ...junk] };
  assert.deepEqual(claimsOf('i', 's', given, true).certificates, [
    { subjectDn: pair.cert_subject_dn, issuerDn: pair.cert_iss },
  ]);
  assert.equal(claimsOf('i', 's', given).certificates, undefined);
  assert.deepEqual(claimsOf('i', 's', { cert_entitlement: pair }, true).certificates, []);
  const many = { cert_entitlement: Array.from({ length: 500 }, () => pair) };
  assert.equal(claimsOf('i', 's', many, true).certificates?.length, 20);
});

const provider = (issuer: string, allowHttp: boolean) =>
  createIdentityProvider({
    id: 'main',
    kind: 'checkin',
    issuer,
    clientId: 'c',
    clientSecret: 's',
    publicOrigin: 'https://wm.example.org',
    allowHttp,
    alwaysAsk: false,
    offlineAccess: false,
    linkedAs: issuer,
  });

test('an issuer that is away is told as such, and asked again at the next log-in', async () => {
  // Port 1 is nobody's: the connection is refused at once.
  const away = provider('http://127.0.0.1:1/realm', true);
  for (let attempt = 0; attempt < 2; attempt++)
    await assert.rejects(away.begin('/', 0), { code: 'service.unavailable' });
});

test('an issuer without TLS is not spoken to', async () => {
  await assert.rejects(provider('http://127.0.0.1:1/realm', false).begin('/', 0), {
    code: 'service.unavailable',
  });
});

/** A provider that was asked, and the address with which it sends the browser back. */
async function returned() {
  const publicOrigin = 'http://127.0.0.1:9';
  const issuer = await startTestIssuer({
    serverOrigin: publicOrigin,
    logOutPath: '/auth/backchannel-logout',
    subject: 'ada',
    claims: {},
  });
  const own = createIdentityProvider({
    id: 'main',
    kind: 'checkin',
    ...issuer,
    publicOrigin,
    allowHttp: true,
    alwaysAsk: false,
    offlineAccess: false,
    linkedAs: issuer.issuer,
  });
  const { url, pending } = await own.begin('/', 0);
  const browser = createVisitor(issuer.issuer);
  let location = url;
  while (location.startsWith(issuer.issuer)) {
    const { pathname, search } = new URL(location);
    location = new URL(
      (await browser.send('GET', pathname + search)).headers.get('location') ?? '',
      issuer.issuer,
    ).href;
  }
  return { issuer, own, pending, callback: new URL(location) };
}

const changed = (address: URL, changes: Readonly<Record<string, string | undefined>>): string => {
  const copy = new URL(address);
  for (const [name, value] of Object.entries(changes))
    if (value === undefined) copy.searchParams.delete(name);
    else copy.searchParams.set(name, value);
  return copy.pathname + copy.search;
};

for (const [attack, changes, secrets] of [
  ['another state', { state: 'other' }, {}],
  ['no state', { state: undefined }, {}],
  ['the state of another log-in', {}, { state: 'other' }],
  ['another issuer, as when providers are mixed up', { iss: 'https://evil.example' }, {}],
  ['a code of somebody else', { code: 'injected' }, {}],
  ['no code', { code: undefined }, {}],
  ['the nonce of another log-in', {}, { nonce: 'other' }],
  ['the verifier of another log-in', {}, { codeVerifier: 'v'.repeat(43) }],
  ['a log-in that the person denied', { code: undefined, error: 'access_denied' }, {}],
] as const)
  test(`a return from the provider with ${attack} is no log-in`, async () => {
    const { issuer, own, pending, callback } = await returned();
    await using _ = issuer;
    await assert.rejects(own.complete(changed(callback, changes), { ...pending, ...secrets }), {
      code: 'access.unauthenticated',
    });
  });

test('the return that fits is a log-in, once', async () => {
  const { issuer, own, pending, callback } = await returned();
  await using _ = issuer;
  assert.equal((await own.complete(changed(callback, {}), pending)).claims.subject, 'ada');
  await assert.rejects(own.complete(changed(callback, {}), pending), { code: 'access.unauthenticated' });
});
