/** The shell: bars, menu, windows, palette, keys. Everything in it works by keyboard. */
import { useQuery } from '@tanstack/react-query';
import { Skeleton } from '@wm/ui-kit';
import { Suspense, lazy, useCallback, useEffect, useState, type ReactNode } from 'react';
import { welcomeQuery } from '../server-state/welcome.ts';
import { DeskBar } from './desk-bar.tsx';
import { desktopCommand } from './desktop-keys.ts';
import { activeDesktop, reduceLayout, type LayoutAction, type View } from './desktop-layout.ts';
import { EmptyDesktop } from './empty-desktop.tsx';
import { KeyboardHelp } from './keyboard-help.tsx';
import { MenuTree } from './menu-tree.tsx';
import { Palette } from './palette.tsx';
import { PhoneNav } from './phone-nav.tsx';
import { TabsView } from './tabs-view.tsx';
import { TopBar } from './top-bar.tsx';
import { useDesktop } from './use-desktop.tsx';
import { useLinkInAddress } from './use-link.ts';
import { useWidth, type Width } from '../widgets/use-width.ts';
import { focusWindowElement } from './window-frame.tsx';
import { WindowHosts } from './window-hosts.tsx';

/** Tiling and dragging come with the first window. */
const TiledView = lazy(async () => ({ default: (await import('./tiled-view.tsx')).TiledView }));

type Overlay = 'palette' | 'help';

const isTypingIn = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** The desktop's keys, heard before the applications'. */
function useDesktopKeys(show: (overlay: Overlay) => void): void {
  const { layout, dispatch } = useDesktop();
  useEffect(() => {
    const { activeId } = activeDesktop(layout);
    const onKeyDown = (event: KeyboardEvent): void => {
      const command = desktopCommand(event, isTypingIn(event.target));
      // A dialog has the keys to itself.
      if (command === undefined || document.querySelector('[role="dialog"][data-state="open"]')) return;
      event.preventDefault();
      event.stopPropagation();
      if (command.kind === 'palette' || command.kind === 'help') show(command.kind);
      else {
        const action = actionFor(command, activeId);
        if (!action) return;
        dispatch(action);
        // The keys go to a window, so the focus goes there too, from wherever it was.
        const target = activeDesktop(reduceLayout(layout, action)).activeId;
        if (target !== null) focusWindowElement(target);
      }
    };
    window.addEventListener('keydown', onKeyDown, { capture: true });
    return () => window.removeEventListener('keydown', onKeyDown, { capture: true });
  }, [dispatch, layout, show]);
}

function actionFor(
  command: Exclude<ReturnType<typeof desktopCommand>, { kind: Overlay } | undefined>,
  activeId: string | null,
): LayoutAction | undefined {
  switch (command.kind) {
    case 'focusNth':
      return { kind: 'focusNth', index: command.index };
    case 'focusNeighbour':
      return { kind: 'focusNeighbour', direction: command.direction };
    case 'move':
      return activeId === null
        ? undefined
        : { kind: 'move', windowId: activeId, direction: command.direction };
    case 'resize':
      return activeId === null
        ? undefined
        : { kind: 'resize', windowId: activeId, axis: command.axis, step: command.step };
  }
}

/** When another window becomes the active one and the focus is not in it, the focus follows. */
function useFocusFollowsActive(): void {
  const { layout } = useDesktop();
  const { activeId } = activeDesktop(layout);
  useEffect(() => {
    if (activeId === null) return undefined;
    const follow = (): boolean => {
      const pane = document.getElementById(`window-${activeId}`);
      if (!pane) return false;
      const { activeElement } = document;
      const isElsewhere =
        activeElement === document.body ||
        activeElement === null ||
        activeElement.closest('.pane, .tab-pane') !== null;
      if (isElsewhere && !pane.contains(activeElement)) focusWindowElement(activeId);
      return true;
    };
    if (follow()) return undefined;
    // The first window comes late: its frame is loaded with it.
    const watcher = new MutationObserver(() => {
      if (follow()) watcher.disconnect();
    });
    watcher.observe(document.body, { childList: true, subtree: true });
    return () => watcher.disconnect();
  }, [activeId]);
}

function Windows({ view, width }: { readonly view: View; readonly width: Width }): ReactNode {
  const { layout } = useDesktop();
  if (activeDesktop(layout).tiles === null) return <EmptyDesktop />;
  if (view === 'tabs') return <TabsView hasStrip={width !== 'phone'} />;
  return (
    <Suspense fallback={<Skeleton label="Loading the desktop" />}>
      <TiledView />
    </Suspense>
  );
}

export function DesktopShell({ onWelcome }: { readonly onWelcome: () => void }): ReactNode {
  const { layout, dispatch, areaRef } = useDesktop();
  const { data: welcome } = useQuery(welcomeQuery);
  const width = useWidth();
  const [overlay, setOverlay] = useState<Overlay>();
  // Where the menu covers the page it is closed until asked for.
  const [isMenuOver, setIsMenuOver] = useState(false);
  const isMenuShown = width === 'wide' ? layout.isMenuOpen : isMenuOver;
  const show = useCallback((next: Overlay) => setOverlay(next), []);
  useDesktopKeys(show);
  useFocusFollowsActive();
  useLinkInAddress();
  const setMenu = (isOpen: boolean): void => {
    if (width === 'wide') dispatch({ kind: 'menu', isOpen });
    else setIsMenuOver(isOpen);
  };
  const view = width === 'wide' ? layout.view : 'tabs';
  return (
    <div className={`shell ${width}${isMenuShown ? '' : ' no-menu'}`}>
      <a className="skip-link" href="#desk">
        Skip to the windows
      </a>
      <TopBar
        name={welcome?.name ?? 'Workload Manager'}
        width={width}
        view={view}
        isMenuOpen={isMenuShown}
        onMenu={setMenu}
        onView={(next) => dispatch({ kind: 'view', view: next })}
        onPalette={() => setOverlay('palette')}
        onHelp={() => setOverlay('help')}
        onWelcome={onWelcome}
      />
      {isMenuShown && <MenuTree onWelcome={onWelcome} onChosen={() => setIsMenuOver(false)} />}
      <main className="desk" id="desk" tabIndex={-1} ref={(element) => void (areaRef.current = element)}>
        <h1 className="vh">Desktop {activeDesktop(layout).name}</h1>
        <WindowHosts>
          <Windows view={view} width={width} />
        </WindowHosts>
      </main>
      {width === 'phone' ? <PhoneNav onMenu={() => setIsMenuOver(!isMenuOver)} /> : <DeskBar />}
      {overlay === 'palette' && (
        <Palette
          onClose={() => setOverlay(undefined)}
          onHelp={() => setOverlay('help')}
          onWelcome={onWelcome}
        />
      )}
      {overlay === 'help' && <KeyboardHelp onClose={() => setOverlay(undefined)} />}
    </div>
  );
}
