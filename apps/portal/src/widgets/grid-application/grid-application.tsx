/**
 * A whole grid application: selectors at the left, query bar, bulk bar, rows and pager, drawer at the right,
 * keyboard map. What the rows are and what can be done with them comes from the application.
 */
import {
  BulkBar,
  Button,
  ColumnChooser,
  IconButton,
  LinkButton,
  Pager,
  PointMenu,
  type MenuPoint,
} from '@wm/ui-kit';
import type { DataGridHandle } from '@wm/ui-kit/data-grid';
import {
  useCallback,
  useRef,
  useState,
  type KeyboardEvent as ReactKeyboardEvent,
  type ReactNode,
} from 'react';
import { useLamp } from '../../server-state/live.ts';
import { pageCount } from '../../server-state/search-page.ts';
import { shownColumns, toggleColumn } from './column-spec.ts';
import { FilterPanel } from './filter-panel.tsx';
import { FilterQueryBar } from './filter-query-bar.tsx';
import type { Filters } from './filters.ts';
import './grid-application.css';
import type { GridApplicationProps } from './grid-application-props.ts';
import { gridCommand, isTyping, type GridCommand } from './grid-keys.ts';
import { pageSizes } from './grid-state.ts';
import { fullInstant } from './instants.ts';
import type { Row } from './live-rows.ts';
import { RowsArea } from './rows-area.tsx';
import { SelectedIdsDialog } from './selected-ids-dialog.tsx';
import { noSelection, rangeOf, togglePage, withKeys } from './row-selection.ts';
import { useWidth } from '../use-width.ts';
import { hasRoomForColumns, roomFor, useBoxWidth } from './use-box-width.ts';

export function GridApplication(props: GridApplicationProps): ReactNode {
  const { spec, state, onState, live, rows, keyOf, selection } = props;
  const [menu, setMenu] = useState<{ readonly row: Row; readonly at: MenuPoint }>();
  const [showsIds, setShowsIds] = useState(false);
  const queryInput = useRef<HTMLInputElement>(null);
  const grid = useRef<DataGridHandle>(null);
  const anchor = useRef<string>(undefined);
  const lamp = useLamp();
  const [box, width] = useBoxWidth();
  const room = roomFor(width, props.drawer !== undefined);
  const isCards = !hasRoomForColumns(useWidth(), width);
  const [isPanelOver, setIsPanelOver] = useState(false);
  const isPanelOpen = room === 'wide' ? state.panelOpen : room === 'narrow' && isPanelOver;

  function togglePanel(isOpen: boolean): void {
    if (room === 'narrow') setIsPanelOver(isOpen);
    else onState({ panelOpen: isOpen });
    if (isOpen && room === 'tight') props.onCloseDrawer?.();
  }
  const pageKeys = rows.map(keyOf);
  // What can be done with a row changes while its menu is open.
  const menuKey = menu && keyOf(menu.row);
  const menuRow = rows.find((row) => keyOf(row) === menuKey) ?? menu?.row;
  const total = live.page?.total;
  const openMenu = useCallback((row: Row, at: MenuPoint) => setMenu({ row, at }), []);

  const apply = (filters: Filters): void => {
    onState({ filters, page: 1 });
    setIsPanelOver(false);
  };

  function move(step: 1 | -1, isExtending: boolean): void {
    const focused = grid.current?.focusedRowId();
    const at = focused === undefined ? -1 : pageKeys.indexOf(focused);
    const next = pageKeys[Math.min(Math.max(at === -1 ? 0 : at + step, 0), pageKeys.length - 1)];
    if (next === undefined) return;
    grid.current?.focusRow(next);
    if (!isExtending) anchor.current = next;
    else
      selection.set(withKeys(selection.keys, rangeOf(pageKeys, (anchor.current ??= focused ?? next), next)));
  }

  function selectAll(): void {
    const isPageTicked = pageKeys.length > 0 && pageKeys.every((key) => selection.keys.has(key));
    if (!isPageTicked) selection.set(togglePage(selection.keys, pageKeys));
    else props.onSelectAll?.();
  }

  /** True = it was a command of the grid. */
  function run(command: GridCommand | undefined, row: Row | undefined): boolean {
    switch (command) {
      case 'next':
      case 'previous':
        move(command === 'next' ? 1 : -1, false);
        return true;
      case 'extendDown':
      case 'extendUp':
        move(command === 'extendDown' ? 1 : -1, true);
        return true;
      case 'selectAll':
        selectAll();
        return true;
      case 'refresh':
        live.refresh();
        return true;
      case 'search':
        queryInput.current?.focus();
        return true;
      case 'delete':
        props.onDelete?.(selection.keys.size > 0 ? [...selection.keys] : row ? [keyOf(row)] : []);
        return props.onDelete !== undefined;
      case 'copyId':
        if (row) props.onCopyId(row);
        return row !== undefined;
      case 'leave':
        props.onCloseDrawer?.();
        return props.onCloseDrawer !== undefined;
      default:
        return false;
    }
  }

  /** Keys pressed beside the rows; those on a row come through the grid. */
  function onKeyDown(event: ReactKeyboardEvent): void {
    if (event.defaultPrevented || !(event.target instanceof HTMLElement) || isTyping(event.target)) return;
    if (event.target.closest('[role="menu"], [role="dialog"], .ag-root')) return;
    if (run(gridCommand(event), undefined)) event.preventDefault();
  }

  const updated = live.page && fullInstant(new Date(live.page.readAtMs).toISOString()).slice(11);
  return (
    // Keys of the grid work wherever in the window the focus is, except in fields and buttons.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className="grid-app" ref={box} onKeyDown={onKeyDown}>
      <FilterPanel
        spec={spec}
        filters={state.filters}
        onApply={apply}
        optionsQuery={props.optionsQuery}
        onRefresh={() => {
          props.onRefreshOptions();
          live.refresh();
        }}
        isOpen={isPanelOpen}
        onToggle={togglePanel}
        hasRail={!isCards}
      />
      <div className="list">
        <FilterQueryBar
          spec={spec}
          filters={state.filters}
          onApply={apply}
          label={`Filter ${props.noun}`}
          placeholder={spec.ids ? 'Category, ID list or text' : 'Category or text'}
          inputRef={queryInput}
          tools={
            <>
              {props.tools}
              {isCards ? (
                <IconButton
                  icon="settings"
                  label="Show Selectors"
                  aria-expanded={isPanelOpen}
                  onClick={() => togglePanel(!isPanelOpen)}
                />
              ) : (
                <ColumnChooser
                  columns={props.columns.map((column) => ({
                    id: column.id,
                    title: column.title,
                    shown: shownColumns(props.columns, state.columns).includes(column),
                    fixed: column.isFixed === true,
                  }))}
                  onToggle={(id) => onState({ columns: toggleColumn(props.columns, state.columns, id) })}
                  onReset={() => onState({ columns: null, widths: {} })}
                />
              )}
            </>
          }
        />
        {props.instead ?? (
          <>
            {selection.keys.size > 0 && (
              <BulkBar
                count={selection.keys.size}
                {...(props.isEverything
                  ? {
                      text: `All ${total === undefined ? '' : `${total.toLocaleString('en')} `}${props.noun} that match`,
                    }
                  : {})}
                onClear={() => selection.set(noSelection)}
                more={
                  props.onSelectAll !== undefined &&
                  !props.isEverything &&
                  total !== undefined &&
                  total > selection.keys.size && (
                    <LinkButton onClick={props.onSelectAll}>
                      Select all {total.toLocaleString('en')} that match
                    </LinkButton>
                  )
                }
              >
                <Button
                  disabledReason={
                    props.isEverything && total !== undefined && total > selection.keys.size
                      ? 'more than can be listed'
                      : undefined
                  }
                  onClick={() => setShowsIds(true)}
                >
                  Get Selected IDs
                </Button>
                {props.bulkActions}
              </BulkBar>
            )}
            <RowsArea
              {...props}
              onApply={apply}
              isStale={live.isOld || lamp.state !== 'live'}
              isCards={isCards}
              onMenu={openMenu}
              onKey={(event, row) => run(gridCommand(event), row)}
              handle={grid}
            />
            <Pager
              page={state.page}
              perPage={state.perPage}
              shown={live.page && rows.length}
              total={total}
              noun={props.noun}
              onPage={(page) =>
                onState({ page: Math.min(Math.max(1, page), pageCount(total ?? 0, state.perPage)) })
              }
              pageSizes={pageSizes}
              onPerPage={(perPage) => onState({ perPage, page: 1 })}
              onRefresh={live.refresh}
              isRefreshing={live.isReading}
              note={
                lamp.state === 'live'
                  ? updated && `Updated ${updated} UTC`
                  : updated && `Not live: rows of ${updated} UTC`
              }
            />
          </>
        )}
      </div>
      {props.drawer}
      <PointMenu
        at={menu?.at ?? null}
        entries={menuRow ? props.menu(menuRow) : []}
        label={menuRow ? props.menuLabel(menuRow) : ''}
        onClose={() => setMenu(undefined)}
      />
      {showsIds && (
        <SelectedIdsDialog
          title={`IDs of selected ${props.noun}`}
          keys={selection.keys}
          onClose={() => setShowsIds(false)}
        />
      )}
    </div>
  );
}
