import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertyRuns } from '../testing/property-runs.ts';
import { aConfiguration } from '../testing/index.ts';
import { assuranceOf, isAtLeast } from './assurance.ts';
import { logInGroups } from './log-in-groups.ts';

const provider = { clientId: 'c', clientSecretFile: '/s', vos: ['escape'] };
const { identity } = aConfiguration({
  identity: {
    providers: [
      { ...provider, id: 'iam', name: 'ESCAPE IAM', issuer: 'https://iam.example.org/', kind: 'wlcg' },
      { ...provider, id: 'other', name: 'Other', issuer: 'https://other.example.org', kind: 'checkin' },
    ],
  },
});
const iam = 'https://iam.example.org/';

test('WLCG groups become FQANs', () => {
  const groups = ['/escape', '/escape/production', '/escape/Role=pilot'];
  assert.deepEqual(logInGroups(identity, { issuer: iam, entitlements: [], groups }), {
    fqans: groups,
    dropped: 0,
  });
});

test('a provider is believed for its own VOs only', () => {
  const groups = ['/escape', '/vo.access.egi.eu', '/vo.access.egi.eu/Role=pilot', '/escapee'];
  assert.deepEqual(logInGroups(identity, { issuer: iam, entitlements: [], groups }), {
    fqans: ['/escape'],
    dropped: 3,
  });
  const entitlements = [
    'urn:mace:egi.eu:group:escape:role=member#x',
    'urn:mace:egi.eu:group:vo.access.egi.eu:role=member#x',
  ];
  assert.deepEqual(logInGroups(identity, { issuer: 'https://other.example.org', entitlements }).fqans, [
    '/escape',
  ]);
});

test('entitlements do not count at a WLCG provider, nor WLCG groups at Check-in', () => {
  const both = { entitlements: ['urn:mace:egi.eu:group:escape#x'], groups: ['/escape'] };
  assert.deepEqual(logInGroups(identity, { issuer: iam, ...both }).fqans, ['/escape']);
  assert.deepEqual(logInGroups(identity, { issuer: iam, ...both, groups: [] }).fqans, []);
  assert.deepEqual(
    logInGroups(identity, { issuer: 'https://checkin', entitlements: [], groups: ['/escape'] }).fqans,
    [],
  );
});

test('an issuer that only looks like a provider is none of them', () => {
  const groups = ['/escape'];
  for (const issuer of ['https://iam.example.org', 'https://iam.example.org//', 'https://IAM.example.org/'])
    assert.deepEqual(logInGroups(identity, { issuer, entitlements: [], groups }).fqans, []);
});

test('whatever a provider says, no FQAN of another VO comes out', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `/${text}`),
        ),
      ),
      (groups) => {
        const { fqans } = logInGroups(identity, { issuer: iam, entitlements: [], groups });
        assert.ok(fqans.every((fqan) => fqan === '/escape' || fqan.startsWith('/escape/')));
      },
    ),
    propertyRuns(),
  );
});

test('assurance of EGI and REFEDS is one order, and unknown values say nothing', () => {
  assert.equal(assuranceOf([]), 'none');
  assert.equal(assuranceOf(['toString', 'https://refeds.org/assurance/ID/unique']), 'none');
  assert.equal(
    assuranceOf(['https://refeds.org/assurance/IAP/low', 'https://aai.egi.eu/LoA#Substantial']),
    'substantial',
  );
  assert.ok(isAtLeast('high', 'low'));
  assert.ok(!isAtLeast('low', 'substantial'));
});
