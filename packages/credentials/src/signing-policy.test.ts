import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isInNameSpace, parseSigningPolicy } from './signing-policy.ts';

const policies = parseSigningPolicy(`
# two authorities, one file
 access_id_CA      X509         '/DC=org/CN=CA One'
 pos_rights        globus        CA:sign
 cond_subjects     globus     '"/DC=org/DC=one/*" "/DC=org/DC=t?o/*"'
access_id_CA X509 '/DC=org/CN=CA Two'
pos_rights   globus CA:sign
cond_subjects globus "/DC=two/*"
access_id_CA X509 '/DC=org/CN=No Rights'
cond_subjects globus '"*"'
`);

const cases: readonly (readonly [authority: string, subject: string, allowed: boolean])[] = [
  ['/DC=org/CN=CA One', '/DC=org/DC=one/CN=Jane', true],
  ['/DC=org/CN=CA One', '/DC=org/DC=two/CN=Jane', true],
  ['/DC=org/CN=CA One', '/DC=org/DC=three/CN=Jane', false],
  ['/DC=org/CN=CA One', 'x/DC=org/DC=one/CN=Jane', false],
  ['/DC=org/CN=CA Two', '/DC=two/CN=Jane', true],
  ['/DC=org/CN=CA Two', '/DC=one/CN=Jane', false],
  ['/DC=org/CN=No Rights', '/DC=one/CN=Jane', false],
  ['/DC=org/CN=Without Policy', '/anything', true],
];

for (const [authority, subject, allowed] of cases)
  test(`${authority} ${allowed ? 'may' : 'may not'} sign ${subject}`, () => {
    assert.equal(isInNameSpace(policies, authority, subject), allowed);
  });

test('a pattern of many stars is decided at once', () => {
  const hostile = parseSigningPolicy(
    `access_id_CA X509 '/CN=x'\npos_rights globus CA:sign\ncond_subjects globus '"${'*a'.repeat(200)}"'`,
  );
  assert.equal(isInNameSpace(hostile, '/CN=x', 'a'.repeat(5000) + 'b'), false);
});
