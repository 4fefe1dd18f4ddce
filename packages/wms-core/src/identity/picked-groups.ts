/**
 * Which groups a stored proxy serves. Whoever uploads picks them among the own ones; no pick means all, those
 * he joins later too. A pick never gives more than the memberships of the day. Pure.
 */
import { WmsError } from '../kernel/wms-error.ts';
import type { ProxyRow } from './proxy.store.ts';

type Picked = Pick<ProxyRow, 'groups_picked'>;

/** What is stored of a pick; null = all. Throws `input.invalid` unless it is some of the own groups. */
export function pickOf(groups: readonly string[] | undefined, ownGroups: readonly string[]): string | null {
  if (groups === undefined) return null;
  if (groups.length === 0)
    throw new WmsError('input.invalid', 'groups must name at least one of your groups.', { field: 'groups' });
  const foreign = groups.filter((group) => !ownGroups.includes(group));
  if (foreign.length > 0)
    throw new WmsError(
      'input.invalid',
      `groups must name groups you are a member of; you are not in ${foreign.join(', ')}.`,
      { field: 'groups' },
    );
  return JSON.stringify([...new Set(groups)]);
}

/** Membership is another question. */
export const servesGroup = ({ groups_picked: picked }: Picked, group: string): boolean =>
  picked === null || (JSON.parse(picked) as readonly string[]).includes(group);
