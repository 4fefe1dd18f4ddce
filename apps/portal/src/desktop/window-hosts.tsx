/**
 * Windows live in elements of their own that are moved to wherever they are shown: a tile, a tab, the whole
 * desktop. So nothing typed into a window is lost when it is moved or the view is changed.
 */
import {
  createContext,
  useContext,
  useEffect,
  useLayoutEffect,
  useState,
  useRef,
  type ReactNode,
} from 'react';
import { createPortal } from 'react-dom';
import { activeDesktop, type WindowRecord } from './desktop-layout.ts';
import { leavesOf } from './tiling.ts';
import { useDesktop } from './use-desktop.tsx';
import { WindowContent } from './window-content.tsx';

type HostOf = (windowId: string) => HTMLElement;

const HostContext = createContext<HostOf | undefined>(undefined);

function createHosts(): HostOf {
  const hosts = new Map<string, HTMLElement>();
  return (windowId) => {
    const known = hosts.get(windowId);
    if (known) return known;
    const host = document.createElement('div');
    host.className = 'window-host';
    hosts.set(windowId, host);
    return host;
  };
}

/** Renders the windows of the shown desktop; their places are the `WindowSlot`s among the children. */
export function WindowHosts({ children }: { readonly children: ReactNode }): ReactNode {
  const { layout } = useDesktop();
  const [hostOf] = useState(createHosts);
  const records = leavesOf(activeDesktop(layout).tiles).flatMap((id) => layout.windows[id] ?? []);
  return (
    <HostContext value={hostOf}>
      {children}
      {records.map((record) => (
        <HostedWindow key={record.id} record={record} host={hostOf(record.id)} />
      ))}
    </HostContext>
  );
}

/** Touching or entering a window makes it the active one. */
function HostedWindow({
  record,
  host,
}: {
  readonly record: WindowRecord;
  readonly host: HTMLElement;
}): ReactNode {
  const { dispatch } = useDesktop();
  useEffect(() => {
    const activate = (): void => dispatch({ kind: 'focus', windowId: record.id });
    host.addEventListener('pointerdown', activate);
    host.addEventListener('focusin', activate);
    return () => {
      host.removeEventListener('pointerdown', activate);
      host.removeEventListener('focusin', activate);
    };
  }, [dispatch, host, record.id]);
  return createPortal(<WindowContent record={record} />, host);
}

/** The place where a window is shown. */
export function WindowSlot({ windowId }: { readonly windowId: string }): ReactNode {
  const hostOf = useContext(HostContext);
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const host = hostOf?.(windowId);
    const { current } = place;
    if (!host || !current) return;
    if (host.parentElement !== current) {
      const hadFocus = host.contains(document.activeElement) ? document.activeElement : null;
      current.replaceChildren(host);
      if (hadFocus instanceof HTMLElement) hadFocus.focus({ preventScroll: true });
    }
  }, [hostOf, windowId]);
  return <div className="window-slot" ref={place} />;
}
