/** The tabs view: one window in view, the others as tabs above it. Delete closes the tab that has the focus. */
import { Icon, MenuButton, type MenuEntry } from '@wm/ui-kit';
import type { KeyboardEvent, ReactNode } from 'react';
import { applicationOf } from '../applications/index.ts';
import { activeDesktop, windowsInOrder, type WindowRecord } from './desktop-layout.ts';
import { useDesktop } from './use-desktop.tsx';
import { titleOf, windowElementId } from './window-frame.tsx';
import { WindowSlot } from './window-hosts.tsx';
import { WindowMenuButton } from './window-menu.tsx';
import { useWindowSubtitle } from './window-subtitles.ts';

const tabId = (windowId: string): string => `tab-${windowId}`;

function Tab({ record, isActive }: { readonly record: WindowRecord; readonly isActive: boolean }): ReactNode {
  const { dispatch } = useDesktop();
  const subtitle = useWindowSubtitle(record.id);
  return (
    <button
      type="button"
      role="tab"
      id={tabId(record.id)}
      className="app-tab"
      aria-selected={isActive}
      aria-controls={isActive ? windowElementId(record.id) : undefined}
      tabIndex={isActive ? 0 : -1}
      title={subtitle === '' ? undefined : `${titleOf(record)}: ${subtitle}`}
      onClick={() => dispatch({ kind: 'focus', windowId: record.id })}
      onAuxClick={(event) => event.button === 1 && dispatch({ kind: 'close', windowId: record.id })}
    >
      <Icon name={applicationOf(record.applicationId)?.icon ?? 'box'} />
      {titleOf(record)}
      {/* For the pointer; Delete and the window's menu do the same. */}
      <span
        className="tab-close"
        aria-hidden="true"
        onClick={(event) => {
          event.stopPropagation();
          dispatch({ kind: 'close', windowId: record.id });
        }}
      >
        <Icon name="close" small />
      </span>
    </button>
  );
}

export function TabsView({ hasStrip }: { readonly hasStrip: boolean }): ReactNode {
  const { layout, dispatch, open, usable } = useDesktop();
  const records = windowsInOrder(layout);
  const { activeId } = activeDesktop(layout);
  const active = records.find((record) => record.id === activeId) ?? records[0];

  const onKeyDown = (event: KeyboardEvent): void => {
    const index = records.findIndex((record) => tabId(record.id) === (event.target as HTMLElement).id);
    const record = records[index];
    if (!record) return;
    if (event.key === 'Delete') {
      dispatch({ kind: 'close', windowId: record.id });
      return;
    }
    const places: Readonly<Record<string, number>> = {
      ArrowLeft: index - 1,
      ArrowRight: index + 1,
      Home: 0,
      End: records.length - 1,
    };
    const place = places[event.key];
    if (place === undefined || event.altKey) return;
    const next = records[(place + records.length) % records.length];
    if (!next) return;
    event.preventDefault();
    dispatch({ kind: 'focus', windowId: next.id });
    document.getElementById(tabId(next.id))?.focus();
  };

  return (
    <div className="tab-desk">
      {hasStrip && (
        <div className="app-tabs">
          {/* oxlint-disable-next-line jsx-a11y/interactive-supports-focus -- the focus is on the tabs inside */}
          <div className="app-tab-list" role="tablist" aria-label="Windows" onKeyDown={onKeyDown}>
            {records.map((record) => (
              <Tab key={record.id} record={record} isActive={record === active} />
            ))}
          </div>
          <MenuButton
            label="Open an application"
            icon="plus"
            iconOnly
            look="quiet"
            entries={usable.map((application): MenuEntry => ({
              kind: 'item',
              label: application.title,
              icon: application.icon,
              onSelect: () => open({ applicationId: application.id, newWindow: true }),
            }))}
          />
          <span className="grow" />
          {active && <WindowMenuButton record={active} title={titleOf(active)} />}
        </div>
      )}
      {active && (
        <section
          key={active.id}
          id={windowElementId(active.id)}
          className="tab-pane"
          role={hasStrip ? 'tabpanel' : undefined}
          aria-label={titleOf(active)}
          tabIndex={-1}
        >
          <h2 className="vh">{titleOf(active)}</h2>
          <WindowSlot windowId={active.id} />
        </section>
      )}
    </div>
  );
}
