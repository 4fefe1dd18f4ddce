import assert from 'node:assert/strict';
import { test } from 'node:test';
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
