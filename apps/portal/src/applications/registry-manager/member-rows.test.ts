import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { VoMember } from '../../server-state/registry.ts';
import {
  endableGroups,
  groupsText,
  memberText,
  membersToShow,
  staysIn,
  synchronisationText,
} from './member-rows.ts';
import { readState, startState } from './registry-manager-state.ts';

const aMember = (given: Partial<VoMember> = {}): VoMember => ({
  accountId: 'a',
  userName: 'tguest',
  displayName: 'Tom Guest',
  email: null,
  lastLogInAt: '2026-11-20T14:06:08.000Z',
  groups: [{ group: 'one_user', sources: ['granted'] }],
  suspension: null,
  ...given,
});

const suspension = { reason: 'Key in public', by: 'iortega', at: '2026-11-21T10:00:00.000Z' };

test('a group is named with every reason for it', () => {
  const member = aMember({
    groups: [
      { group: 'one_user', sources: ['configuration', 'granted'] },
      { group: 'one_admin', sources: ['entitlement'] },
    ],
  });
  assert.equal(groupsText(member), 'one_user (configuration, granted), one_admin (entitlement)');
  assert.deepEqual(endableGroups(member), ['one_user']);
  assert.equal(staysIn(member, 'one_user'), true);
  assert.equal(staysIn(aMember(), 'one_user'), false);
});

test('a suspension is told with reason, who and when; one of the configuration has no time', () => {
  const state = (given: VoMember['suspension']) => memberText(aMember({ suspension: given }), 'state');
  assert.equal(state(null), 'Active');
  assert.equal(state(suspension), 'Suspended: Key in public (iortega, 2026-11-21 10:00)');
  assert.equal(
    state({ reason: 'Listed in the configuration', by: 'configuration', at: null }),
    'Suspended: Listed in the configuration',
  );
});

test('members are found by a part of anything shown, and sorted by any column', () => {
  const members = [
    aMember({ userName: 'zoe', lastLogInAt: '2026-11-19T00:00:00.000Z', email: 'z@example.org' }),
    aMember({ userName: 'amy', suspension }),
  ];
  const names = (given: Partial<typeof startState>) =>
    membersToShow(members, { ...startState, ...given }).map(({ userName }) => userName);
  assert.deepEqual(names({}), ['amy', 'zoe']);
  assert.deepEqual(names({ sort: { columnId: 'lastLogInAt', direction: 'asc' } }), ['zoe', 'amy']);
  assert.deepEqual(names({ text: ' EXAMPLE ' }), ['zoe']);
  assert.deepEqual(names({ text: 'public' }), ['amy']);
  assert.deepEqual(names({ text: 'nobody' }), []);
  assert.deepEqual(names({ onlySuspended: true }), ['amy']);
});

test('a stored state is taken as far as it makes sense', () => {
  assert.deepEqual(readState(null), startState);
  assert.deepEqual(readState({ view: 'members', text: 7, onlySuspended: true, sort: { columnId: 'x' } }), {
    ...startState,
    view: 'members',
    onlySuspended: true,
  });
});

test('where synchronised members come from is said with the time, and with what went wrong since', () => {
  const good = { source: 'IAM', members: 12, synchronisedAt: '2026-11-27T06:00:00.000Z', failure: null };
  assert.equal(synchronisationText(good), 'IAM told of 12 members (synchronised), 2026-11-27 06:00 UTC.');
  assert.equal(
    synchronisationText({ ...good, failure: 'It answered 503.' }),
    'IAM told of 12 members (synchronised), 2026-11-27 06:00 UTC. Since then nothing was changed: It answered 503.',
  );
  assert.match(synchronisationText({ ...good, synchronisedAt: null }), /^IAM has not told its members yet/);
});
