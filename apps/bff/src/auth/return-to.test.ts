import assert from 'node:assert/strict';
import { test } from 'node:test';
import { returnWithFault, safeReturnTo } from './return-to.ts';

for (const [given, expected] of [
  ['/', '/'],
  ['/jobs?status=Done#row-7', '/jobs?status=Done#row-7'],
  ['/a/../b', '/b'],
  [undefined, '/'],
  ['', '/'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['\\\\evil.example', '/'],
  ['https:evil.example', '/'],
  ['https://evil.example/', '/'],
  ['/%2f%2fevil.example', '/'],
  ['/%5cevil.example', '/'],
  ['/\t/evil.example', '/'],
  ['/a\\..\\..//evil.example', '/'],
  ['/..//evil.example', '/'],
  ['/.//evil.example', '/'],
  ['javascript:alert(1)', '/'],
  ['/bff/login?returnTo=/', '/'],
  ['/bff/certificates/link', '/bff/certificates/link'],
  ['/bff/certificates/link?returnTo=/', '/'],
  ['/bff/certificates/link/../x', '/'],
] as const)
  test(`after log-in to ${JSON.stringify(given)} the browser goes to ${expected}`, () => {
    assert.equal(safeReturnTo(given), expected);
  });

test('a fault is told where somebody began, and nowhere else', () => {
  const code = 'certificate.wrong-owner';
  const place = '/?a=b#open=my-account&view=account';
  assert.equal(returnWithFault(place, code), `/?a=b&login-error=${code}#open=my-account&view=account`);
  assert.equal(returnWithFault('//evil.example', code), `/?login-error=${code}`);
});
