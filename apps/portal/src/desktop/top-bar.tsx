/** The bar at the top: menu, name, VO and group, palette, live lamp, view, theme, help, user. */
import { Button, Icon, IconButton, MenuButton, Segmented, type MenuEntry } from '@wm/ui-kit';
import { useEffect, useState, type ReactNode } from 'react';
import { useLamp } from '../server-state/live.ts';
import { logOut, useMe, useMembership } from '../server-state/me.ts';
import { Brand } from './brand.tsx';
import type { View } from './desktop-layout.ts';
import { GroupSwitcher } from './group-switcher.tsx';
import { NoticesBell } from './notices-bell.tsx';
import { ThemeMenu } from './theme-menu.tsx';
import { useDesktop } from './use-desktop.tsx';
import type { Width } from '../widgets/use-width.ts';

const lampWords = { live: 'Live', reconnecting: 'Reconnecting', offline: 'Offline' } as const;

/** "4 s ago"; the lamp is green as long as the server was heard lately. */
const agoText = (ms: number): string =>
  ms < 60_000 ? `${Math.round(ms / 1000)} s ago` : `${Math.round(ms / 60_000)} min ago`;

function LiveLamp(): ReactNode {
  const lamp = useLamp();
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 5000);
    return () => clearInterval(timer);
  }, []);
  const age = lamp.heardAtMs === undefined ? undefined : Math.max(0, nowMs - lamp.heardAtMs);
  return (
    <span className="live" title={age === undefined ? undefined : `The server was heard ${agoText(age)}`}>
      <span className={`lamp is-${lamp.state}`} />
      <span role="status">{lampWords[lamp.state]}</span>
      {lamp.state !== 'live' && age !== undefined && <span className="muted">{agoText(age)}</span>}
    </span>
  );
}

const initialsOf = (name: string): string =>
  name
    .split(/[\s.]+/)
    .filter(Boolean)
    .map((word) => word.charAt(0).toUpperCase())
    .filter((_, index, all) => index === 0 || index === all.length - 1)
    .join('');

function UserMenu({ onWelcome }: { readonly onWelcome: () => void }): ReactNode {
  const me = useMe();
  const membership = useMembership();
  const { open } = useDesktop();
  const entries: MenuEntry[] = [
    { kind: 'label', label: `${me.displayName} · ${me.userName}` },
    { kind: 'text', label: me.email ?? 'no e-mail address known' },
    ...me.distinguishedNames.map((dn): MenuEntry => ({ kind: 'text', label: dn })),
    { kind: 'rule' },
    ...(membership === undefined
      ? []
      : ([
          { kind: 'label', label: `${membership.vo} ▸ ${membership.group}` },
          { kind: 'text', label: membership.properties.join(', ') || 'no properties' },
          { kind: 'rule' },
        ] as const)),
    {
      kind: 'item',
      label: 'My Account',
      icon: 'user',
      onSelect: () => open({ applicationId: 'my-account' }),
    },
    { kind: 'item', label: 'Welcome page', icon: 'home', onSelect: onWelcome },
    { kind: 'item', label: 'Log out', icon: 'log-out', onSelect: () => void logOut() },
  ];
  return (
    <MenuButton
      label="User"
      align="end"
      entries={entries}
      trigger={
        <Button look="quiet" className="user">
          <span className="vh">User</span>
          <span className="avatar" aria-hidden="true">
            {initialsOf(me.displayName)}
          </span>
          <span className="user-name">{me.displayName}</span>
          <Icon name="chevron-down" small />
        </Button>
      }
    />
  );
}

export interface TopBarProps {
  readonly name: string;
  readonly width: Width;
  readonly view: View;
  readonly isMenuOpen: boolean;
  readonly onMenu: (isOpen: boolean) => void;
  readonly onView: (view: View) => void;
  readonly onPalette: () => void;
  readonly onHelp: () => void;
  readonly onWelcome: () => void;
}

export function TopBar(props: TopBarProps): ReactNode {
  return (
    <header className="top">
      <Button
        look="quiet"
        icon="menu"
        className="menu-button"
        aria-expanded={props.isMenuOpen}
        aria-controls="menu"
        onClick={() => props.onMenu(!props.isMenuOpen)}
      >
        Menu
      </Button>
      <span className="sep" />
      <Brand name={props.name} />
      <span className="sep" />
      <GroupSwitcher />
      <span className="grow" />
      <Button look="secondary" icon="search" className="palette-button" onClick={props.onPalette}>
        <span className="palette-words">Search</span>
        <kbd className="key">Ctrl K</kbd>
      </Button>
      <span className="grow" />
      <LiveLamp />
      {props.width === 'wide' && (
        <Segmented
          label="View"
          value={props.view}
          onChange={props.onView}
          options={[
            { value: 'desktop', label: 'Desktop', icon: 'tiles' },
            { value: 'tabs', label: 'Tabs', icon: 'tabs' },
          ]}
        />
      )}
      <NoticesBell />
      <ThemeMenu />
      {props.width !== 'phone' && <IconButton icon="help" label="Keyboard help" onClick={props.onHelp} />}
      <span className="sep" />
      <UserMenu onWelcome={props.onWelcome} />
    </header>
  );
}
