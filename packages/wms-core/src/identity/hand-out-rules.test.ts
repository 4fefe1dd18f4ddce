import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { propertyRuns } from '../testing/property-runs.ts';
import { isWmsError } from '../kernel/wms-error.ts';
import { groupProperties, type GroupProperty } from './group-properties.ts';
import { delegationFor, handOutLifetimeS, type HandOutTarget } from './hand-out-rules.ts';
import type { UserPrincipal } from './principal.ts';

const taker = (properties: readonly GroupProperty[], more: Partial<UserPrincipal> = {}): UserPrincipal => ({
  kind: 'user',
  accountId: 'A',
  userName: 'jdoe',
  vo: 'vo.one',
  group: 'one_user',
  properties,
  ...more,
});
const target = (more: Partial<HandOutTarget> = {}): HandOutTarget => ({
  userName: 'jdoe',
  vo: 'vo.one',
  group: 'one_user',
  properties: ['NormalUser'],
  ...more,
});
const other = { userName: 'mrossi' };
const elsewhere = { vo: 'vo.two', group: 'two_user' };

for (const [who, properties, asked, kind] of [
  ['a user his own', ['NormalUser'], {}, 'full'],
  ['a service with FullDelegation that of another', ['FullDelegation'], other, 'full'],
  ['a pilot with LimitedDelegation that of another', ['GenericPilot', 'LimitedDelegation'], other, 'limited'],
  ['both rights together', ['LimitedDelegation', 'FullDelegation'], other, 'full'],
  [
    'PrivateLimitedDelegation the own one of a group that has it too',
    ['PrivateLimitedDelegation'],
    { group: 'one_prod', properties: ['PrivateLimitedDelegation'] },
    'limited',
  ],
  [
    'a service of the installation that of another VO',
    ['FullDelegation', 'ServiceAdministrator'],
    { ...other, ...elsewhere },
    'full',
  ],
] as const)
  test(`${who}: ${kind}`, () => {
    assert.equal(delegationFor(taker([...properties]), target({ ...asked })), kind);
  });

for (const [what, properties, asked, reason] of [
  ['a user that of another', ['NormalUser'], other, 'DELEGATION'],
  ['nobody without a right, not even his own', ['JobMonitor'], {}, 'DELEGATION'],
  ['a user his own for another group than he acts in', ['NormalUser'], { group: 'one_admin' }, 'DELEGATION'],
  [
    'a token with fewer rights than its group one that has them all',
    ['NormalUser'],
    { properties: ['NormalUser', 'JobAdministrator'] },
    'DELEGATION',
  ],
  [
    'PrivateLimitedDelegation that of another',
    ['PrivateLimitedDelegation'],
    { ...other, properties: ['PrivateLimitedDelegation'] },
    'DELEGATION',
  ],
  [
    'PrivateLimitedDelegation one of a group without it',
    ['PrivateLimitedDelegation'],
    { group: 'one_admin' },
    'DELEGATION',
  ],
  [
    'a pilot of VO A one of VO B',
    ['GenericPilot', 'LimitedDelegation'],
    { ...other, ...elsewhere },
    'OTHER_VO',
  ],
  ['FullDelegation alone one of another VO', ['FullDelegation'], { ...other, ...elsewhere }, 'OTHER_VO'],
  [
    'LimitedDelegation one of another VO, in a group for services',
    ['LimitedDelegation', 'ServiceAdministrator'],
    { ...other, ...elsewhere },
    'OTHER_VO',
  ],
  ['his own for a group of another VO', ['LimitedDelegation'], elsewhere, 'OTHER_VO'],
] as const)
  test(`refused: ${what}`, () => {
    assert.throws(
      () => delegationFor(taker([...properties]), target({ ...asked })),
      (error) => isWmsError(error) && error.code === 'access.denied' && error.details['reason'] === reason,
    );
  });

test('whatever the rights: a full proxy of somebody else or of another VO needs FullDelegation', () => {
  const some = fc.subarray([...groupProperties]);
  fc.assert(
    fc.property(some, some, fc.boolean(), fc.boolean(), (mine, theirs, isOther, isElsewhere) => {
      const asked = { ...(isOther && other), ...(isElsewhere && elsewhere), properties: theirs };
      let kind: string;
      try {
        kind = delegationFor(taker(mine), target(asked));
      } catch {
        return;
      }
      if (isElsewhere) assert.ok(mine.includes('FullDelegation') && mine.includes('ServiceAdministrator'));
      if (kind === 'full' && isOther) assert.ok(mine.includes('FullDelegation'));
      if (kind === 'full' && !mine.includes('FullDelegation'))
        assert.ok(theirs.every((property) => mine.includes(property)));
    }),
    propertyRuns(),
  );
});

test('a proxy lasts half as long again as asked, and never longer than the policy', () => {
  assert.equal(handOutLifetimeS(15_600, 86_400), 23_400);
  assert.equal(handOutLifetimeS(86_400, 86_400), 86_400);
});
