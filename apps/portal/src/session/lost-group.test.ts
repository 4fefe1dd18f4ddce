import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WmsError } from '@wm/wms-core/vocabulary';
import { meansLostGroup } from './lost-group.ts';

const refusal = (group: string): WmsError =>
  new WmsError('access.denied', 'You are not a member.', { reason: 'GROUP_DENIED', group });

test('a refusal of the acting group, or of an account without any, means that the group is lost', () => {
  assert.ok(meansLostGroup(refusal('access_user'), 'access_user'));
  assert.ok(meansLostGroup(new WmsError('account.unregistered', 'In no group.'), 'access_user'));
});

test('other refusals leave the group alone', () => {
  assert.ok(!meansLostGroup(refusal('access_admin'), 'access_user'));
  assert.ok(
    !meansLostGroup(
      new WmsError('access.denied', 'Lacks a property.', { group: 'access_user' }),
      'access_user',
    ),
  );
  assert.ok(
    !meansLostGroup(new WmsError('account.unregistered', 'In no group.'), undefined),
    'a newcomer has none to lose',
  );
  assert.ok(!meansLostGroup(new TypeError('offline'), 'access_user'));
});
