/**
 * The layout as data: which windows are open, where, on which desktops, in which view. A pure reducer; the
 * page and `layout-sync.ts` live from it. Serialised with a version: an older portal leaves a newer layout
 * alone instead of spoiling it.
 */
import {
  leavesOf,
  moved,
  neighbourOf,
  readTiles,
  readingOrder,
  resized,
  withLeafBeside,
  withNewLeaf,
  withoutLeaf,
  boundaryMoved,
  type Axis,
  type Boundary,
  type Direction,
  type Tiles,
} from './tiling.ts';

export const layoutVersion = 1;

export type View = 'desktop' | 'tabs';

export interface WindowRecord {
  readonly id: string;
  readonly applicationId: string;
  readonly stateVersion: number;
  readonly state: unknown;
}

export interface Desktop {
  readonly id: string;
  readonly name: string;
  readonly tiles: Tiles | null;
  /** The window that has the focus, or had it last. */
  readonly activeId: string | null;
  /** The one window that fills the desktop for a while. */
  readonly maximisedId: string | null;
}

export interface Layout {
  readonly version: typeof layoutVersion;
  readonly view: View;
  readonly isMenuOpen: boolean;
  readonly desktops: readonly Desktop[];
  readonly activeDesktopId: string;
  readonly windows: Readonly<Record<string, WindowRecord>>;
}

export type LayoutAction =
  | { readonly kind: 'load'; readonly layout: Layout }
  | { readonly kind: 'open'; readonly window: WindowRecord; readonly aspect: number }
  | { readonly kind: 'close'; readonly windowId: string }
  | { readonly kind: 'focus'; readonly windowId: string }
  | { readonly kind: 'state'; readonly windowId: string; readonly state: unknown }
  | { readonly kind: 'tiles'; readonly tiles: Tiles | null }
  | { readonly kind: 'move'; readonly windowId: string; readonly direction: Direction }
  | {
      readonly kind: 'beside';
      readonly windowId: string;
      readonly ofId: string;
      readonly direction: Direction;
    }
  | { readonly kind: 'resize'; readonly windowId: string; readonly axis: Axis; readonly step: number }
  | { readonly kind: 'boundary'; readonly boundary: Pick<Boundary, 'path' | 'index'>; readonly step: number }
  | { readonly kind: 'focusNeighbour'; readonly direction: Direction }
  | { readonly kind: 'focusNth'; readonly index: number }
  | { readonly kind: 'maximise'; readonly windowId: string | null }
  | { readonly kind: 'view'; readonly view: View }
  | { readonly kind: 'menu'; readonly isOpen: boolean }
  | { readonly kind: 'addDesktop'; readonly id: string; readonly name: string }
  | { readonly kind: 'renameDesktop'; readonly id: string; readonly name: string }
  | { readonly kind: 'removeDesktop'; readonly id: string }
  | { readonly kind: 'selectDesktop'; readonly id: string }
  | {
      readonly kind: 'toDesktop';
      readonly windowId: string;
      readonly desktopId: string;
      readonly aspect: number;
    };

export const emptyLayout: Layout = {
  version: layoutVersion,
  view: 'desktop',
  isMenuOpen: true,
  desktops: [{ id: 'default', name: 'Default', tiles: null, activeId: null, maximisedId: null }],
  activeDesktopId: 'default',
  windows: {},
};

export function activeDesktop(layout: Layout): Desktop {
  const found =
    layout.desktops.find((desktop) => desktop.id === layout.activeDesktopId) ?? layout.desktops[0];
  if (found === undefined) throw new Error('A layout has at least one desktop.');
  return found;
}

/** Windows of the shown desktop as they are read. */
export const windowsInOrder = (layout: Layout): readonly WindowRecord[] =>
  readingOrder(activeDesktop(layout).tiles).flatMap((id) => layout.windows[id] ?? []);

/** The window id the desktop of which is the first to show this application; the active desktop goes first. */
export function findWindow(layout: Layout, applicationId: string): string | undefined {
  const isIt = (id: string): boolean => layout.windows[id]?.applicationId === applicationId;
  return (
    readingOrder(activeDesktop(layout).tiles).find(isIt) ??
    layout.desktops.flatMap((desktop) => leavesOf(desktop.tiles)).find(isIt)
  );
}

const onDesktop = (layout: Layout, id: string, change: (desktop: Desktop) => Partial<Desktop>): Layout => ({
  ...layout,
  desktops: layout.desktops.map((desktop) =>
    desktop.id === id ? { ...desktop, ...change(desktop) } : desktop,
  ),
});

const onActive = (layout: Layout, change: (desktop: Desktop) => Partial<Desktop>): Layout =>
  onDesktop(layout, activeDesktop(layout).id, change);

const desktopOf = (layout: Layout, windowId: string): Desktop | undefined =>
  layout.desktops.find((desktop) => leavesOf(desktop.tiles).includes(windowId));

const changeTiles = (layout: Layout, change: (tiles: Tiles) => Tiles): Layout =>
  onActive(layout, ({ tiles }) => (tiles === null ? {} : { tiles: change(tiles), maximisedId: null }));

function focus(layout: Layout, windowId: string): Layout {
  const desktop = desktopOf(layout, windowId);
  if (desktop === undefined) return layout;
  const isSame = desktop.activeId === windowId && layout.activeDesktopId === desktop.id;
  const keepsMaximised = desktop.maximisedId === null || desktop.maximisedId === windowId;
  if (isSame && keepsMaximised) return layout;
  return onDesktop({ ...layout, activeDesktopId: desktop.id }, desktop.id, () => ({
    activeId: windowId,
    maximisedId: keepsMaximised ? desktop.maximisedId : windowId,
  }));
}

/** Takes a window off its desktop; what had the focus next gets it. */
function without(desktop: Desktop, windowId: string): Desktop {
  const order = readingOrder(desktop.tiles);
  const index = order.indexOf(windowId);
  const next = order[index + 1] ?? order[index - 1] ?? null;
  return {
    ...desktop,
    tiles: withoutLeaf(desktop.tiles, windowId),
    activeId: desktop.activeId === windowId ? next : desktop.activeId,
    maximisedId: desktop.maximisedId === windowId ? null : desktop.maximisedId,
  };
}

function close(layout: Layout, windowId: string): Layout {
  const { [windowId]: _closed, ...windows } = layout.windows;
  return { ...layout, windows, desktops: layout.desktops.map((desktop) => without(desktop, windowId)) };
}

function removeDesktop(layout: Layout, id: string): Layout {
  const gone = layout.desktops.find((desktop) => desktop.id === id);
  if (gone === undefined || layout.desktops.length === 1) return layout;
  const desktops = layout.desktops.filter((desktop) => desktop.id !== id);
  const ids = new Set(leavesOf(gone.tiles));
  const windows = Object.fromEntries(
    Object.entries(layout.windows).filter(([windowId]) => !ids.has(windowId)),
  );
  const isShown = layout.activeDesktopId === id;
  return {
    ...layout,
    desktops,
    windows,
    activeDesktopId: isShown ? (desktops[0]?.id ?? '') : layout.activeDesktopId,
  };
}

function toDesktop(layout: Layout, windowId: string, desktopId: string, aspect: number): Layout {
  const from = desktopOf(layout, windowId);
  if (from === undefined || from.id === desktopId || !layout.desktops.some(({ id }) => id === desktopId))
    return layout;
  const desktops = layout.desktops.map((desktop) => without(desktop, windowId));
  return onDesktop({ ...layout, desktops, activeDesktopId: desktopId }, desktopId, ({ tiles }) => ({
    tiles: withNewLeaf(tiles, windowId, aspect),
    activeId: windowId,
    maximisedId: null,
  }));
}

export function reduceLayout(layout: Layout, action: LayoutAction): Layout {
  switch (action.kind) {
    case 'load':
      return action.layout;
    case 'open':
      return onActive(
        { ...layout, windows: { ...layout.windows, [action.window.id]: action.window } },
        ({ tiles }) => ({
          tiles: withNewLeaf(tiles, action.window.id, action.aspect),
          activeId: action.window.id,
          maximisedId: null,
        }),
      );
    case 'close':
      return close(layout, action.windowId);
    case 'focus':
      return focus(layout, action.windowId);
    case 'state': {
      const record = layout.windows[action.windowId];
      if (record === undefined || record.state === action.state) return layout;
      return { ...layout, windows: { ...layout.windows, [record.id]: { ...record, state: action.state } } };
    }
    case 'tiles':
      return onActive(layout, () => ({ tiles: action.tiles }));
    case 'move':
      return changeTiles(layout, (tiles) => moved(tiles, action.windowId, action.direction));
    case 'beside':
      return changeTiles(layout, (tiles) => {
        const rest = withoutLeaf(tiles, action.windowId);
        return rest === null ? tiles : withLeafBeside(rest, action.ofId, action.windowId, action.direction);
      });
    case 'resize':
      return changeTiles(layout, (tiles) => resized(tiles, action.windowId, action.axis, action.step));
    case 'boundary':
      return changeTiles(layout, (tiles) => boundaryMoved(tiles, action.boundary, action.step));
    case 'focusNeighbour': {
      const { tiles, activeId } = activeDesktop(layout);
      const next = activeId === null ? undefined : neighbourOf(tiles, activeId, action.direction);
      return next === undefined ? layout : focus(layout, next);
    }
    case 'focusNth': {
      const id = readingOrder(activeDesktop(layout).tiles)[action.index];
      return id === undefined ? layout : focus(layout, id);
    }
    case 'maximise':
      return onActive(layout, ({ activeId }) => ({
        maximisedId: action.windowId,
        activeId: action.windowId ?? activeId,
      }));
    case 'view':
      return { ...layout, view: action.view };
    case 'menu':
      return { ...layout, isMenuOpen: action.isOpen };
    case 'addDesktop':
      return {
        ...layout,
        activeDesktopId: action.id,
        desktops: [
          ...layout.desktops,
          { id: action.id, name: action.name, tiles: null, activeId: null, maximisedId: null },
        ],
      };
    case 'renameDesktop':
      return onDesktop(layout, action.id, () => ({ name: action.name }));
    case 'removeDesktop':
      return removeDesktop(layout, action.id);
    case 'selectDesktop':
      return layout.desktops.some(({ id }) => id === action.id)
        ? { ...layout, activeDesktopId: action.id }
        : layout;
    case 'toDesktop':
      return toDesktop(layout, action.windowId, action.desktopId, action.aspect);
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function readWindow(id: string, stored: unknown): WindowRecord | undefined {
  if (!isRecord(stored) || typeof stored['applicationId'] !== 'string') return undefined;
  const { applicationId, stateVersion, state } = stored;
  return { id, applicationId, stateVersion: typeof stateVersion === 'number' ? stateVersion : 0, state };
}

function readDesktop(stored: unknown, windows: Layout['windows'], taken: Set<string>): Desktop[] {
  if (!isRecord(stored) || typeof stored['id'] !== 'string' || stored['id'] === '') return [];
  const free = new Set(Object.keys(windows).filter((id) => !taken.has(id)));
  const tiles = readTiles(stored['tiles'], free);
  const shown = leavesOf(tiles);
  for (const id of shown) taken.add(id);
  const own = (id: unknown): string | null => shown.find((one) => one === id) ?? null;
  return [
    {
      id: stored['id'],
      name: typeof stored['name'] === 'string' && stored['name'] !== '' ? stored['name'] : 'Desktop',
      tiles,
      activeId: own(stored['activeId']) ?? shown[0] ?? null,
      maximisedId: own(stored['maximisedId']),
    },
  ];
}

/** A stored layout; undefined when a newer portal wrote it or it is none. */
export function readLayout(stored: unknown): Layout | undefined {
  if (!isRecord(stored) || stored['version'] !== layoutVersion || !isRecord(stored['windows']))
    return undefined;
  const records = Object.entries(stored['windows']).flatMap(([id, one]) => readWindow(id, one) ?? []);
  const all = Object.fromEntries(records.map((record) => [record.id, record]));
  const taken = new Set<string>();
  const given = Array.isArray(stored['desktops']) ? stored['desktops'] : [];
  const desktops = given.flatMap((one) => readDesktop(one, all, taken));
  const [first] = desktops;
  if (first === undefined) return undefined;
  return {
    version: layoutVersion,
    view: stored['view'] === 'tabs' ? 'tabs' : 'desktop',
    isMenuOpen: stored['isMenuOpen'] !== false,
    desktops,
    activeDesktopId: desktops.find(({ id }) => id === stored['activeDesktopId'])?.id ?? first.id,
    windows: Object.fromEntries(
      records.filter(({ id }) => taken.has(id)).map((record) => [record.id, record]),
    ),
  };
}
