import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseEntitlements } from './entitlements.ts';
import { normaliseFqan } from './fqan.ts';

const namespaces = ['urn:mace:egi.eu:group'];

const cases: readonly (readonly [value: string, fqan: string | undefined])[] = [
  ['urn:mace:egi.eu:group:vo.example.org:role=member#aai.egi.eu', '/vo.example.org'],
  ['urn:mace:egi.eu:group:vo.example.org:role=pilot#aai.egi.eu', '/vo.example.org/Role=pilot'],
  ['urn:mace:egi.eu:group:vo.example.org:production:role=member#aai.egi.eu', '/vo.example.org/production'],
  [
    'urn:mace:egi.eu:group:vo.example.org:production:role=mgr#aai.egi.eu',
    '/vo.example.org/production/Role=mgr',
  ],
  ['urn:mace:egi.eu:group:vo.example.org#aai.egi.eu', '/vo.example.org'],
  ['urn:mace:egi.eu:group:km3net.org:role=member', '/km3net.org'],
  ['URN:MACE:egi.eu:group:vo.example.org', '/vo.example.org'],
  ['urn:mace:egi.eu:group:vo%2Eexample.org', '/vo.example.org'],
  ['urn:mace:EGI.eu:group:vo.example.org', undefined],
  ['urn:mace:egi.eu:res:rcauth#aai.egi.eu', undefined],
  ['urn:mace:egi.eu:goc.egi.eu:100453G0:GRIDOPS:Site+Administrator@egi.eu', undefined],
  ['urn:mace:egi.eu:groups:vo.example.org', undefined],
  ['urn:mace:other.org:group:vo.example.org:role=member', undefined],
  ['', undefined],
];

for (const [value, fqan] of cases)
  test(`"${value}" means ${fqan ?? 'nothing'}`, () => {
    assert.deepEqual(parseEntitlements([value], namespaces).fqans, fqan === undefined ? [] : [fqan]);
  });

const junk = [
  'urn:mace:egi.eu:group:vo::role=member',
  'urn:mace:egi.eu:group:',
  'urn:mace:egi.eu:group:role=member',
  'urn:mace:egi.eu:group:vo:role=',
  'urn:mace:egi.eu:group:vo:role=a:role=b',
  'urn:mace:egi.eu:group:vo%2Fother',
  'urn:mace:egi.eu:group:vo:%2e%2e',
  'urn:mace:egi.eu:group:vo%00',
  'urn:mace:egi.eu:group:vo%zz',
  'urn:mace:egi.eu:group:vo:Role=admin',
  `urn:mace:egi.eu:group:${'a:'.repeat(16)}b`,
  `urn:mace:egi.eu:group:${'a'.repeat(1024)}`,
];

for (const value of junk)
  test(`"${value.slice(0, 60)}" is dropped and counted`, () => {
    assert.deepEqual(parseEntitlements([value, 'urn:mace:egi.eu:group:good'], namespaces), {
      fqans: ['/good'],
      dropped: 1,
    });
  });

test('membership of a sub-group or a role gives no membership of the parent', () => {
  const { fqans } = parseEntitlements(
    ['urn:mace:egi.eu:group:vo:sub:role=member', 'urn:mace:egi.eu:group:vo:role=pilot'],
    namespaces,
  );
  assert.equal(fqans.includes('/vo'), false);
});

test('FQANs are compared without the null role and the dead capability', () => {
  assert.equal(normaliseFqan('/vo/Role=NULL/Capability=NULL'), '/vo');
  assert.equal(normaliseFqan('/vo/sub/Role=pilot/Capability=NULL'), '/vo/sub/Role=pilot');
  for (const bad of ['vo', '/', '/vo//sub', '/vo/../other', '/vo/Role=', '/vo/Role=a/sub'])
    assert.equal(normaliseFqan(bad), undefined, bad);
});
