/** Members as the Registry Manager lists them: found, sorted, put in words. Pure. */
import type { MemberSynchronisation, VoMember } from '../../server-state/registry.ts';
import { fullInstant } from '../../widgets/grid-application/instants.ts';

const memberColumns = ['userName', 'displayName', 'email', 'groups', 'lastLogInAt', 'state'] as const;
export type MemberColumn = (typeof memberColumns)[number];

export const isMemberColumn = (value: unknown): value is MemberColumn =>
  memberColumns.some((id) => id === value);

/** `access_user (configuration, granted)` */
export const groupsText = ({ groups }: Pick<VoMember, 'groups'>): string =>
  groups.map(({ group, sources }) => `${group} (${sources.join(', ')})`).join(', ');

export function suspensionText({ suspension }: Pick<VoMember, 'suspension'>): string {
  if (suspension === null) return '';
  const { at, by, reason } = suspension;
  return at === null ? reason : `${reason} (${by}, ${fullInstant(at).slice(0, 16)})`;
}

/** Groups that can be ended here; others end where they come from. */
export const endableGroups = ({ groups }: Pick<VoMember, 'groups'>): readonly string[] =>
  groups.filter(({ sources }) => sources.includes('granted')).map(({ group }) => group);

/** True when the membership goes on for another reason after the granted one has ended. */
export const staysIn = ({ groups }: Pick<VoMember, 'groups'>, group: string): boolean =>
  groups.some((each) => each.group === group && each.sources.some((source) => source !== 'granted'));

/** Where the reason `synchronised` comes from, and since when. */
export function synchronisationText(synchronisation: MemberSynchronisation): string {
  const { source, members, synchronisedAt, failure } = synchronisation;
  const told =
    synchronisedAt === null
      ? `${source} has not told its members yet.`
      : `${source} told of ${members} members (synchronised), ${fullInstant(synchronisedAt).slice(0, 16)} UTC.`;
  return failure === null ? told : `${told} Since then nothing was changed: ${failure}`;
}

export function memberText(member: VoMember, column: MemberColumn): string {
  switch (column) {
    case 'groups':
      return groupsText(member);
    case 'state':
      return member.suspension === null ? 'Active' : `Suspended: ${suspensionText(member)}`;
    case 'lastLogInAt':
      return fullInstant(member.lastLogInAt).slice(0, 16);
    case 'email':
      return member.email ?? '';
    default:
      return member[column];
  }
}

export interface MemberChoice {
  readonly text: string;
  readonly onlySuspended: boolean;
  readonly sort: { readonly columnId: MemberColumn; readonly direction: 'asc' | 'desc' };
}

export function membersToShow(
  members: readonly VoMember[],
  { onlySuspended, sort, text }: MemberChoice,
): readonly VoMember[] {
  const wanted = text.trim().toLowerCase();
  const fits = (member: VoMember): boolean =>
    (!onlySuspended || member.suspension !== null) &&
    memberColumns.some((column) => memberText(member, column).toLowerCase().includes(wanted));
  const sign = sort.direction === 'asc' ? 1 : -1;
  return members
    .filter(fits)
    .toSorted(
      (a, b) => sign * memberText(a, sort.columnId).localeCompare(memberText(b, sort.columnId), 'en'),
    );
}
