/** The command palette: everything the desktop can do, by typing. Never the only way. */
import { CommandPalette, type SearchListItem } from '@wm/ui-kit';
import type { ReactNode } from 'react';
import { applications } from '../applications/index.ts';
import { logOut, useMe, useSession } from '../server-state/me.ts';
import { activeDesktop, windowsInOrder } from './desktop-layout.ts';
import { useGroupSwitch } from './group-switcher.tsx';
import { applyTheme, useTheme, type Theme } from './theme.ts';
import { useDesktop } from './use-desktop.tsx';
import { focusWindowElement, titleOf } from './window-frame.tsx';

export interface PaletteProps {
  readonly onClose: () => void;
  readonly onHelp: () => void;
  readonly onWelcome: () => void;
}

const themes: readonly (readonly [Theme, string])[] = [
  ['light', 'Light theme'],
  ['dark', 'Dark theme'],
  ['system', 'Theme as the system'],
];

export function Palette({ onClose, onHelp, onWelcome }: PaletteProps): ReactNode {
  const { layout, dispatch, open, usable } = useDesktop();
  const me = useMe();
  const { group } = useSession();
  const theme = useTheme();
  const switchTo = useGroupSwitch();
  const desktop = activeDesktop(layout);
  const then = (run: () => void) => (): void => {
    onClose();
    run();
  };
  const applicationItems: SearchListItem[] = applications.map((application) => ({
    id: `open-${application.id}`,
    label: application.title,
    icon: application.icon,
    note: application.menu,
    keywords: ['open'],
    ...(usable.includes(application) ? {} : { disabledReason: `not open to ${group ?? 'you'}` }),
    onSelect: then(() => open({ applicationId: application.id })),
  }));
  const windowItems: SearchListItem[] = windowsInOrder(layout).map((record, index) => ({
    id: `window-${record.id}`,
    label: `Go to ${titleOf(record)}`,
    icon: 'tiles',
    ...(index < 9 ? { keys: `Alt ${index + 1}` } : {}),
    isChosen: record.id === desktop.activeId,
    onSelect: then(() => {
      dispatch({ kind: 'focus', windowId: record.id });
      focusWindowElement(record.id);
    }),
  }));
  const groupItems: SearchListItem[] = me.memberships.map((membership) => ({
    id: `group-${membership.group}`,
    label: `${membership.vo} ▸ ${membership.group}`,
    icon: 'users',
    isChosen: membership.group === group,
    onSelect: then(() => switchTo(membership)),
  }));
  const viewItems: SearchListItem[] = [
    {
      id: 'view-desktop',
      label: 'Desktop view',
      icon: 'tiles',
      isChosen: layout.view === 'desktop',
      onSelect: then(() => dispatch({ kind: 'view', view: 'desktop' })),
    },
    {
      id: 'view-tabs',
      label: 'Tabs view',
      icon: 'tabs',
      isChosen: layout.view === 'tabs',
      onSelect: then(() => dispatch({ kind: 'view', view: 'tabs' })),
    },
    {
      id: 'menu',
      label: layout.isMenuOpen ? 'Hide the menu' : 'Show the menu',
      icon: 'menu',
      onSelect: then(() => dispatch({ kind: 'menu', isOpen: !layout.isMenuOpen })),
    },
    ...themes.map(([value, label]): SearchListItem => ({
      id: `theme-${value}`,
      label,
      icon: 'theme',
      isChosen: value === theme,
      onSelect: then(() => applyTheme(value)),
    })),
  ];
  const desktopItems: SearchListItem[] = layout.desktops.map((one) => ({
    id: `desktop-${one.id}`,
    label: `Desktop ${one.name}`,
    icon: 'layers',
    isChosen: one.id === desktop.id,
    onSelect: then(() => dispatch({ kind: 'selectDesktop', id: one.id })),
  }));
  const otherItems: SearchListItem[] = [
    { id: 'help', label: 'Keyboard help', icon: 'keyboard', keys: '?', onSelect: then(onHelp) },
    { id: 'welcome', label: 'Welcome page', icon: 'home', onSelect: then(onWelcome) },
    { id: 'log-out', label: 'Log out', icon: 'log-out', onSelect: then(() => void logOut()) },
  ];
  return (
    <CommandPalette
      label="Command palette"
      placeholder="Applications, windows, groups, commands"
      onClose={onClose}
      groups={[
        { title: 'Applications', items: applicationItems },
        { title: 'Windows', items: windowItems },
        { title: 'VO and group', items: groupItems },
        { title: 'View', items: viewItems },
        { title: 'Desktops', items: desktopItems },
        { title: 'Other', items: otherItems },
      ]}
    />
  );
}
