/** The bar of a window: what it is, and its tools. */
import { Icon, IconButton } from '@wm/ui-kit';
import type { ReactNode } from 'react';
import { applicationOf } from '../applications/index.ts';
import { activeDesktop, type WindowRecord } from './desktop-layout.ts';
import { useDesktop } from './use-desktop.tsx';
import { WindowMenuButton } from './window-menu.tsx';
import { useWindowSubtitle } from './window-subtitles.ts';

export const windowElementId = (windowId: string): string => `window-${windowId}`;

export const titleOf = (record: WindowRecord): string =>
  applicationOf(record.applicationId)?.title ?? record.applicationId;

/** Puts the focus on a window as soon as it is there. */
export function focusWindowElement(windowId: string): void {
  requestAnimationFrame(() => document.getElementById(windowElementId(windowId))?.focus());
}

export function WindowBar({ record }: { readonly record: WindowRecord }): ReactNode {
  const { layout, dispatch } = useDesktop();
  const subtitle = useWindowSubtitle(record.id);
  const title = titleOf(record);
  const isMaximised = activeDesktop(layout).maximisedId === record.id;
  const toggleMaximised = (): void =>
    dispatch({ kind: 'maximise', windowId: isMaximised ? null : record.id });
  return (
    <header
      className="pane-bar"
      onPointerDown={() => dispatch({ kind: 'focus', windowId: record.id })}
      onDoubleClick={toggleMaximised}
    >
      <Icon name={applicationOf(record.applicationId)?.icon ?? 'box'} />
      <h2>{title}</h2>
      <span className="muted cut grow">{subtitle}</span>
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- keeps clicks on tools from the bar's double click */}
      <span className="tools" onDoubleClick={(event) => event.stopPropagation()}>
        <WindowMenuButton record={record} title={title} />
        <IconButton
          icon={isMaximised ? 'restore' : 'maximise'}
          label={isMaximised ? `Restore ${title}` : `Maximise ${title}`}
          onClick={toggleMaximised}
        />
        <IconButton
          icon="close"
          label={`Close ${title}`}
          onClick={() => dispatch({ kind: 'close', windowId: record.id })}
        />
      </span>
    </header>
  );
}
