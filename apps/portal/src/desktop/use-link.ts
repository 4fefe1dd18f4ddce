/** Opens what a link in the address asks for, once, and takes it out of the address. */
import { useToasts } from '@wm/ui-kit';
import { useEffect, useRef } from 'react';
import { switchGroup, useMe, useSession } from '../server-state/me.ts';
import { activeDesktop, type Layout, type LayoutAction } from './desktop-layout.ts';
import { readLink } from './links.ts';
import { leavesOf, renamed } from './tiling.ts';
import { newId, useDesktop } from './use-desktop.tsx';

/** A shared desktop as one more desktop: windows and tiles get new names, so that nothing of ours is touched. */
export function addingDesktop(layout: Layout, shared: Layout): LayoutAction {
  const desktop = activeDesktop(shared);
  const names = new Map(leavesOf(desktop.tiles).map((id) => [id, newId()]));
  const nameOf = (id: string): string => names.get(id) ?? id;
  const windows = Object.values(shared.windows).map((record) => ({ ...record, id: nameOf(record.id) }));
  const id = newId();
  const added = {
    ...desktop,
    id,
    name: layout.desktops.some(({ name }) => name === desktop.name)
      ? `${desktop.name} (shared)`
      : desktop.name,
    tiles: desktop.tiles === null ? null : renamed(desktop.tiles, nameOf),
    activeId: desktop.activeId === null ? null : nameOf(desktop.activeId),
    maximisedId: desktop.maximisedId === null ? null : nameOf(desktop.maximisedId),
  };
  return {
    kind: 'load',
    layout: {
      ...layout,
      desktops: [...layout.desktops, added],
      activeDesktopId: id,
      windows: { ...layout.windows, ...Object.fromEntries(windows.map((record) => [record.id, record])) },
    },
  };
}

export function useLinkInAddress(): void {
  const { layout, dispatch, open } = useDesktop();
  const me = useMe();
  const { group } = useSession();
  const toasts = useToasts();
  const latest = useRef({ layout, open, group });
  useEffect(() => {
    latest.current = { layout, open, group };
  });
  useEffect(() => {
    const follow = (): void => {
      const target = readLink(location);
      if (target === undefined) return;
      history.replaceState(null, '', location.pathname);
      const wanted = target.group;
      if (wanted !== undefined && wanted !== latest.current.group) {
        const isMine = me.memberships.some((membership) => membership.group === wanted);
        toasts.show({
          text: isMine
            ? `The link was made in the group ${wanted}; you act in ${latest.current.group ?? 'none'}.`
            : `The link was made in the group ${wanted}, of which you are not a member. You see what your own group may see.`,
          durationMs: 12_000,
          ...(isMine ? { action: { label: 'Switch', onAct: () => void switchGroup(wanted) } } : {}),
        });
      }
      if (target.kind === 'desktop') dispatch(addingDesktop(latest.current.layout, target.layout));
      else
        latest.current.open({
          applicationId: target.applicationId,
          ...(Object.keys(target.state).length > 0 ? { state: target.state, newWindow: true } : {}),
        });
    };
    follow();
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, [dispatch, me.memberships, toasts]);
}
