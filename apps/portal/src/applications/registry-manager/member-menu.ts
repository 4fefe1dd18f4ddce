/** What can be done with a member, and why something cannot. Pure. */
import type { MenuEntry } from '@wm/ui-kit';
import type { VoMember } from '../../server-state/registry.ts';
import { endableGroups } from './member-rows.ts';

export type MemberAction =
  { readonly kind: 'end'; readonly group: string } | { readonly kind: 'suspend' } | { readonly kind: 'lift' };

function endEntry(member: VoMember, run: (action: MemberAction) => void): MenuEntry {
  const groups = endableGroups(member);
  const [only] = groups;
  if (only === undefined)
    return {
      kind: 'item',
      label: 'End membership…',
      icon: 'log-out',
      disabledReason: 'none was granted here',
      onSelect: () => undefined,
    };
  if (groups.length === 1)
    return {
      kind: 'item',
      label: `End membership of ${only}…`,
      icon: 'log-out',
      isDanger: true,
      onSelect: () => run({ kind: 'end', group: only }),
    };
  return {
    kind: 'branch',
    label: 'End membership',
    icon: 'log-out',
    entries: groups.map((group) => ({
      kind: 'item',
      label: `of ${group}…`,
      isDanger: true,
      onSelect: () => run({ kind: 'end', group }),
    })),
  };
}

const liftRefusal = ({ suspension }: VoMember): string | undefined => {
  if (suspension === null) return 'is not suspended';
  // It has no time: it was never set here.
  return suspension.at === null ? 'set in the configuration' : undefined;
};

function suspendRefusal({ accountId, suspension }: VoMember, ownAccountId: string): string | undefined {
  if (suspension !== null) return 'is suspended';
  return accountId === ownAccountId ? 'that is you' : undefined;
}

const unless = (reason: string | undefined): { readonly disabledReason?: string } =>
  reason === undefined ? {} : { disabledReason: reason };

export const memberMenu = (
  member: VoMember,
  ownAccountId: string,
  run: (action: MemberAction) => void,
): readonly MenuEntry[] => [
  endEntry(member, run),
  { kind: 'rule' },
  {
    kind: 'item',
    label: 'Suspend…',
    icon: 'lock',
    isDanger: true,
    onSelect: () => run({ kind: 'suspend' }),
    ...unless(suspendRefusal(member, ownAccountId)),
  },
  {
    kind: 'item',
    label: 'Lift suspension…',
    icon: 'undo',
    onSelect: () => run({ kind: 'lift' }),
    ...unless(liftRefusal(member)),
  },
];
