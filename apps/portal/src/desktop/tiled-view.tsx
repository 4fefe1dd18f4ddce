/**
 * The desktop view: windows as tiles. react-mosaic draws and drags; roles, keys and reading order are ours.
 * It is given slots numbered in reading order instead of window ids, because it sorts its elements by name
 * and the order of the page is the order of the Tab key.
 */
import { useEffect, useRef, useState, type KeyboardEvent, type ReactElement, type ReactNode } from 'react';
import { Mosaic, MosaicWindow, type MosaicNode } from 'react-mosaic-component';
import { activeDesktop } from './desktop-layout.ts';
import { boundariesOf, leavesOf, readingOrder, renamed, type Tiles } from './tiling.ts';
import { useDesktop } from './use-desktop.tsx';
import { WindowBar, titleOf, windowElementId } from './window-frame.tsx';
import { WindowSlot } from './window-hosts.tsx';
import './tiled-view.css';

const slotOf = (index: number): string => `slot-${String(index).padStart(2, '0')}`;
const indexOf = (slot: string): number => Number(slot.slice('slot-'.length));

type MosaicTree = MosaicNode<string>;

/** Mosaic's types are mutable and know tabs, ours are neither; the shapes are the same. */
const toMosaic = (tiles: Tiles): MosaicTree =>
  typeof tiles === 'string'
    ? tiles
    : {
        type: 'split',
        direction: tiles.direction,
        children: tiles.children.map(toMosaic),
        ...(tiles.splitPercentages ? { splitPercentages: [...tiles.splitPercentages] } : {}),
      };

function fromMosaic(node: MosaicTree): Tiles {
  if (typeof node === 'string') return node;
  const children = node.type === 'split' ? node.children.map(fromMosaic) : node.tabs;
  const direction = node.type === 'split' ? node.direction : 'row';
  const shares = node.type === 'split' ? node.splitPercentages : undefined;
  return { type: 'split', direction, children, ...(shares ? { splitPercentages: shares } : {}) };
}

/** Splitters get role, name and value; their order in the page is that of `boundariesOf`. */
function useSplitterRoles(
  area: { readonly current: HTMLElement | null },
  nameOf: (id: string) => string,
): void {
  const { layout } = useDesktop();
  const { tiles } = activeDesktop(layout);
  useEffect(() => {
    const splitters = area.current?.querySelectorAll<HTMLElement>('.mosaic-split') ?? [];
    boundariesOf(tiles).forEach((boundary, index) => {
      const splitter = splitters[index];
      if (!splitter) return;
      splitter.tabIndex = 0;
      splitter.dataset['boundary'] = String(index);
      const attributes = {
        role: 'separator',
        'aria-orientation': boundary.axis === 'row' ? 'vertical' : 'horizontal',
        'aria-valuenow': String(Math.round(boundary.atPercent)),
        'aria-valuemin': '0',
        'aria-valuemax': '100',
        'aria-label': `Between ${boundary.before.map(nameOf).join(', ')} and ${boundary.after.map(nameOf).join(', ')}`,
      };
      for (const [name, value] of Object.entries(attributes)) splitter.setAttribute(name, value);
    });
  });
}

const steps: Readonly<Record<string, { readonly axis: 'row' | 'column'; readonly step: number }>> = {
  ArrowLeft: { axis: 'row', step: -5 },
  ArrowRight: { axis: 'row', step: 5 },
  ArrowUp: { axis: 'column', step: -5 },
  ArrowDown: { axis: 'column', step: 5 },
};

export function TiledView(): ReactNode {
  const { layout, dispatch } = useDesktop();
  const area = useRef<HTMLDivElement>(null);
  const { tiles, activeId, maximisedId } = activeDesktop(layout);
  // While a window is dragged mosaic hides it at its place: the slots must keep their names.
  const [held, setHeld] = useState<readonly string[]>();
  const order = held?.length === leavesOf(tiles).length ? held : readingOrder(tiles);
  const nameOf = (id: string): string => {
    const record = layout.windows[id];
    return record ? titleOf(record) : id;
  };
  useSplitterRoles(area, nameOf);

  const onChange = (next: MosaicTree | null): void =>
    dispatch({
      kind: 'tiles',
      tiles: next === null ? null : renamed(fromMosaic(next), (slot) => order[indexOf(slot)] ?? slot),
    });

  const onKeyDown = (event: KeyboardEvent): void => {
    const { target } = event;
    const wanted = steps[event.key];
    if (!(target instanceof HTMLElement) || !wanted || event.altKey || event.ctrlKey) return;
    const boundary = boundariesOf(tiles)[Number(target.dataset['boundary'] ?? Number.NaN)];
    if (boundary?.axis !== wanted.axis) return;
    event.preventDefault();
    dispatch({ kind: 'boundary', boundary, step: wanted.step });
  };

  const pane = (windowId: string, body: ReactNode): ReactElement => (
    <section
      key={windowId}
      id={windowElementId(windowId)}
      className={`pane${windowId === activeId ? ' active' : ''}`}
      aria-label={nameOf(windowId)}
      tabIndex={-1}
    >
      {body}
    </section>
  );

  if (tiles === null) return null;
  const maximised = maximisedId === null ? undefined : layout.windows[maximisedId];
  if (maximised)
    return (
      <div className="desk-area maximised">
        {pane(
          maximised.id,
          <>
            <WindowBar record={maximised} />
            <WindowSlot windowId={maximised.id} />
          </>,
        )}
      </div>
    );
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- the splitters inside have role and focus
    <div className="desk-area" ref={area} onKeyDown={onKeyDown}>
      <Mosaic<string>
        value={toMosaic(renamed(tiles, (id) => slotOf(order.indexOf(id))))}
        onChange={onChange}
        className=""
        blueprintNamespace="none"
        renderTile={(slot, path) => {
          const windowId = order[indexOf(slot)] ?? '';
          const record = layout.windows[windowId];
          if (!record) return <div />;
          return pane(
            windowId,
            <MosaicWindow<string>
              path={path}
              title={nameOf(windowId)}
              onDragStart={() => setHeld(order)}
              onDragEnd={() => setHeld(undefined)}
              renderPreview={() => <div className="drag-preview">{nameOf(windowId)}</div>}
              renderToolbar={() => (
                <div className="pane-bar-place">
                  <WindowBar record={record} />
                </div>
              )}
            >
              <WindowSlot windowId={windowId} />
            </MosaicWindow>,
          );
        }}
      />
    </div>
  );
}
