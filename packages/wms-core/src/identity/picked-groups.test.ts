import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pickOf, servesGroup } from './picked-groups.ts';

const own = ['one_user', 'two_user'];

test('no pick serves every group, also one joined later', () => {
  assert.equal(pickOf(undefined, own), null);
  assert.equal(servesGroup({ groups_picked: null }, 'later_user'), true);
});

test('a pick serves the groups in it and no other', () => {
  const groups_picked = pickOf(['two_user', 'two_user'], own);
  assert.equal(groups_picked, '["two_user"]');
  assert.equal(servesGroup({ groups_picked }, 'two_user'), true);
  assert.equal(servesGroup({ groups_picked }, 'one_user'), false);
  assert.equal(servesGroup({ groups_picked }, 'two'), false);
});

test('an empty pick and groups of others are refused, naming the field', () => {
  const refusal = (message: RegExp) => ({ code: 'input.invalid', details: { field: 'groups' }, message });
  assert.throws(() => pickOf([], own), refusal(/at least one/));
  assert.throws(() => pickOf(['one_user', 'admins'], own), refusal(/not in admins/));
});
