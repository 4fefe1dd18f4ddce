/** VO ▸ group: searchable, because there are more than forty VOs. Switching keeps the layout. */
import { Button, Icon, Popover, SearchList, useToasts } from '@wm/ui-kit';
import { useState, type ReactNode } from 'react';
import { switchGroup, useMe, useMembership, type Membership } from '../server-state/me.ts';

/** Groups by VO: the VO of the present group first, then by name. */
export function groupsByVo(
  memberships: readonly Membership[],
  firstVo: string | undefined,
): readonly { readonly vo: string; readonly groups: readonly Membership[] }[] {
  const vos = [...new Set(memberships.map(({ vo }) => vo))].toSorted(
    (a, b) => Number(b === firstVo) - Number(a === firstVo) || a.localeCompare(b),
  );
  return vos.map((vo) => ({
    vo,
    groups: memberships
      .filter((membership) => membership.vo === vo)
      .toSorted((a, b) => a.group.localeCompare(b.group)),
  }));
}

/** Switches and says so; used by the palette too. */
export function useGroupSwitch(): (membership: Membership) => void {
  const toasts = useToasts();
  return (membership) => {
    switchGroup(membership.group).then(
      () => toasts.show({ text: `You act in ${membership.vo} ▸ ${membership.group} now`, icon: 'users' }),
      () =>
        toasts.show({
          text: `This window acts in ${membership.group} now, but it could not be kept for the next log-in.`,
          tone: 'error',
        }),
    );
  };
}

export function GroupSwitcher(): ReactNode {
  const me = useMe();
  const membership = useMembership();
  const switchTo = useGroupSwitch();
  const [isOpen, setIsOpen] = useState(false);
  if (membership === undefined) return null;
  return (
    <Popover
      label="VO and group"
      isOpen={isOpen}
      onOpenChange={setIsOpen}
      trigger={
        <Button className="switcher" title={`Change VO and group: ${membership.vo} ▸ ${membership.group}`}>
          <span className="muted switcher-label">VO</span>
          <b className="cut switcher-vo">{membership.vo}</b>
          <Icon name="chevron-right" small />
          <b className="cut">{membership.group}</b>
          <Icon name="chevron-down" small />
        </Button>
      }
    >
      <SearchList
        label="VO and group"
        placeholder="VO or group"
        emptyText="You are in no such group"
        groups={groupsByVo(me.memberships, membership.vo).map(({ vo, groups }) => ({
          title: vo,
          items: groups.map((one) => ({
            id: one.group,
            label: one.group,
            note: one.properties.includes('NormalUser') ? '' : 'cannot submit',
            isChosen: one.group === membership.group,
            onSelect: () => {
              setIsOpen(false);
              if (one.group !== membership.group) switchTo(one);
            },
          })),
        }))}
      />
    </Popover>
  );
}
