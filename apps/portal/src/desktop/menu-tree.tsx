/** The menu at the left: Tools, Applications, My Desktops, help. Only what the acting group may use is in it. */
import { Icon } from '@wm/ui-kit';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { AnyApplication } from '../applications/application.ts';
import { welcomeQuery } from '../server-state/welcome.ts';
import { activeDesktop } from './desktop-layout.ts';
import { leavesOf } from './tiling.ts';
import { useDesktop } from './use-desktop.tsx';
import { focusWindowElement } from './window-frame.tsx';

function Folder({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode {
  const [isOpen, setIsOpen] = useState(true);
  return (
    <li className="menu-folder">
      <button type="button" className="menu-head" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
        <Icon name={isOpen ? 'chevron-down' : 'chevron-right'} small />
        {title}
      </button>
      {isOpen && <ul>{children}</ul>}
    </li>
  );
}

export interface MenuTreeProps {
  readonly onWelcome: () => void;
  /** Called after a choice, to close the menu where it covers the page. */
  readonly onChosen: () => void;
}

export function MenuTree({ onWelcome, onChosen }: MenuTreeProps): ReactNode {
  const { layout, dispatch, open, usable } = useDesktop();
  const { data: welcome } = useQuery(welcomeQuery);
  const desktop = activeDesktop(layout);
  const openIds = new Set(leavesOf(desktop.tiles).map((id) => layout.windows[id]?.applicationId));
  const activeId = desktop.activeId === null ? undefined : layout.windows[desktop.activeId]?.applicationId;
  const guide = welcome?.links[0];

  const entry = (application: AnyApplication): ReactNode => {
    const isActive = application.id === activeId;
    const classes = ['menu-item', openIds.has(application.id) ? 'open' : '', isActive ? 'active' : ''];
    return (
      <li key={application.id}>
        <button
          type="button"
          className={classes.filter(Boolean).join(' ')}
          aria-current={isActive || undefined}
          // With Ctrl or the middle button: another window of the same application.
          onClick={(event) => {
            open({ applicationId: application.id, newWindow: event.ctrlKey || event.metaKey });
            onChosen();
          }}
          onAuxClick={(event) =>
            event.button === 1 && open({ applicationId: application.id, newWindow: true })
          }
        >
          <Icon name={application.icon} />
          <span className="cut">{application.title}</span>
        </button>
      </li>
    );
  };
  const inFolder = (folder: AnyApplication['menu']): ReactNode =>
    usable
      .filter((application) => application.menu === folder)
      .toSorted((a, b) => a.title.localeCompare(b.title))
      .map(entry);

  return (
    <nav className="menu" id="menu" aria-label="Menu">
      <ul className="menu-tree">
        <Folder title="Tools">{inFolder('Tools')}</Folder>
        <Folder title="Applications">{inFolder('Applications')}</Folder>
        <Folder title="My Desktops">
          {layout.desktops.map((one) => (
            <li key={one.id}>
              <button
                type="button"
                className={`menu-item${one.id === desktop.id ? ' open' : ''}`}
                aria-current={one.id === desktop.id || undefined}
                onClick={() => {
                  dispatch({ kind: 'selectDesktop', id: one.id });
                  if (one.activeId !== null) focusWindowElement(one.activeId);
                  onChosen();
                }}
              >
                <Icon name="tiles" />
                <span className="cut">{one.name}</span>
                <span className="dot">{leavesOf(one.tiles).length} open</span>
              </button>
            </li>
          ))}
        </Folder>
      </ul>
      <ul className="menu-foot">
        <li>
          <button
            type="button"
            className="menu-item"
            onClick={() => {
              onWelcome();
              onChosen();
            }}
          >
            <Icon name="info" />
            Welcome page
          </button>
        </li>
        {guide && (
          <li>
            <a className="menu-item" href={guide.url} target="_blank" rel="noreferrer">
              <Icon name="book" />
              <span className="cut">{guide.label}</span>
              <span className="dot">
                <Icon name="external" small />
              </span>
            </a>
          </li>
        )}
      </ul>
    </nav>
  );
}
