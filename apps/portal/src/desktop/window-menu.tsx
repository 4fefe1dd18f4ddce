/** What can be done with a window, for its bar and its tab: nothing needs dragging (WCAG 2.5.7). */
import { MenuButton, copyText, useToasts, type MenuEntry } from '@wm/ui-kit';
import type { ReactNode } from 'react';
import { applicationOf } from '../applications/index.ts';
import { useSession } from '../server-state/me.ts';
import { activeDesktop, type WindowRecord } from './desktop-layout.ts';
import { applicationLink, longestLink } from './links.ts';
import { leavesOf, type Direction } from './tiling.ts';
import { newId, stateOf, useDesktop } from './use-desktop.tsx';

const directions: readonly (readonly [Direction, string, string])[] = [
  ['left', 'Left', 'Alt Shift ←'],
  ['right', 'Right', 'Alt Shift →'],
  ['up', 'Up', 'Alt Shift ↑'],
  ['down', 'Down', 'Alt Shift ↓'],
];

export function useWindowMenu(record: WindowRecord): readonly MenuEntry[] {
  const { layout, dispatch, open } = useDesktop();
  const { group } = useSession();
  const toasts = useToasts();
  const desktop = activeDesktop(layout);
  const application = applicationOf(record.applicationId);
  const isAlone = leavesOf(desktop.tiles).length < 2;
  const isTiled = layout.view === 'desktop';
  const whyNot = isAlone ? 'only window' : isTiled ? undefined : 'desktop view only';
  const reason = whyNot === undefined ? {} : { disabledReason: whyNot };
  const copyLink = (): void => {
    const link = applicationLink(location.origin, record.applicationId, record.state, group);
    if (link.length > longestLink) {
      toasts.show({ text: 'This window holds too much for a link.', tone: 'error' });
      return;
    }
    void copyText(link).then((isCopied) =>
      toasts.show({ text: isCopied ? 'Link copied' : 'The browser did not allow copying.' }),
    );
  };
  const others = layout.desktops.filter(({ id }) => id !== desktop.id);
  return [
    {
      kind: 'branch',
      label: 'Move',
      ...reason,
      entries: directions.map(([direction, label, keys]) => ({
        kind: 'item',
        label,
        keys,
        onSelect: () => dispatch({ kind: 'move', windowId: record.id, direction }),
      })),
    },
    {
      kind: 'branch',
      label: 'Resize',
      ...reason,
      entries: (
        [
          ['Wider', 'row', 5],
          ['Narrower', 'row', -5],
          ['Higher', 'column', 5],
          ['Lower', 'column', -5],
        ] as const
      ).map(([label, axis, step]) => ({
        kind: 'item',
        label,
        staysOpen: true,
        onSelect: () => dispatch({ kind: 'resize', windowId: record.id, axis, step }),
      })),
    },
    {
      kind: 'branch',
      label: 'To desktop',
      entries: [
        ...others.map((other): MenuEntry => ({
          kind: 'item',
          label: other.name,
          onSelect: () =>
            dispatch({ kind: 'toDesktop', windowId: record.id, desktopId: other.id, aspect: 1.6 }),
        })),
        {
          kind: 'item',
          label: 'New desktop',
          icon: 'plus',
          onSelect: () => {
            const id = newId();
            dispatch({ kind: 'addDesktop', id, name: application?.title ?? 'Desktop' });
            dispatch({ kind: 'toDesktop', windowId: record.id, desktopId: id, aspect: 1.6 });
          },
        },
      ],
    },
    { kind: 'rule' },
    {
      kind: 'item',
      label: 'Duplicate window',
      icon: 'copy',
      ...(application?.single ? { disabledReason: 'one window only' } : {}),
      onSelect: () => {
        if (application === undefined) return;
        const state = stateOf(application, record) as Readonly<Record<string, unknown>>;
        open({ applicationId: record.applicationId, state, newWindow: true });
      },
    },
    { kind: 'item', label: 'Copy link', icon: 'link', onSelect: copyLink },
    { kind: 'rule' },
    {
      kind: 'item',
      label: 'Close',
      icon: 'close',
      onSelect: () => dispatch({ kind: 'close', windowId: record.id }),
    },
  ];
}

export function WindowMenuButton({
  record,
  title,
}: {
  readonly record: WindowRecord;
  readonly title: string;
}): ReactNode {
  return (
    <MenuButton
      label={`Menu of ${title}`}
      icon="more"
      iconOnly
      look="quiet"
      align="end"
      entries={useWindowMenu(record)}
    />
  );
}
