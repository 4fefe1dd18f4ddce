import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MenuEntry } from '@wm/ui-kit';
import type { VoMember } from '../../server-state/registry.ts';
import { memberMenu, type MemberAction } from './member-menu.ts';

const aMember = (given: Partial<VoMember> = {}): VoMember => ({
  accountId: 'theirs',
  userName: 'tguest',
  displayName: 'Tom Guest',
  email: null,
  lastLogInAt: '2026-11-20T14:06:08.000Z',
  groups: [{ group: 'one_user', sources: ['granted'] }],
  suspension: null,
  ...given,
});

const menuOf = (member: VoMember, run: (action: MemberAction) => void = () => undefined) =>
  memberMenu(member, 'mine', run);

const usable = (entries: readonly MenuEntry[]): readonly string[] =>
  entries.flatMap((entry) => ('label' in entry && !('disabledReason' in entry) ? [entry.label] : []));

test('an active member can be suspended and his granted membership ended', () => {
  assert.deepEqual(usable(menuOf(aMember())), ['End membership of one_user…', 'Suspend…']);
});

test('nobody suspends himself, and what was not granted here does not end here', () => {
  const own = aMember({ accountId: 'mine', groups: [{ group: 'one_user', sources: ['configuration'] }] });
  assert.deepEqual(usable(menuOf(own)), []);
});

test('a suspension is lifted where it was set', () => {
  const suspended = (at: string | null) => aMember({ suspension: { reason: 'x', by: 'y', at } });
  assert.deepEqual(usable(menuOf(suspended('2026-11-21T10:00:00.000Z'))), [
    'End membership of one_user…',
    'Lift suspension…',
  ]);
  assert.deepEqual(usable(menuOf(suspended(null))), ['End membership of one_user…']);
});

test('of several granted groups one is chosen', () => {
  const actions: MemberAction[] = [];
  const granted = (group: string) => ({ group, sources: ['granted' as const] });
  const entries = menuOf(aMember({ groups: [granted('one_user'), granted('one_share')] }), (action) =>
    actions.push(action),
  );
  const [branch] = entries;
  assert.ok(branch?.kind === 'branch');
  const [, second] = branch.entries;
  assert.ok(second?.kind === 'item');
  second.onSelect();
  assert.deepEqual(actions, [{ kind: 'end', group: 'one_share' }]);
});
