/**
 * A grid for one page of rows that the server filtered, sorted and cut. Selection, sort and columns belong
 * to the caller; the grid shows them and reports what the user does. Keys: arrows move, Space ticks, Enter
 * opens, Shift+F10 or the Menu key opens the context menu of the focused row.
 */
import {
  CellStyleModule,
  ClientSideRowModelModule,
  ColumnApiModule,
  EventApiModule,
  HighlightChangesModule,
  ModuleRegistry,
  RenderApiModule,
  RowApiModule,
  RowSelectionModule,
  RowStyleModule,
  ScrollApiModule,
  TooltipModule,
  type ColumnMovedEvent,
  type ColumnResizedEvent,
  type GridApi,
  type SelectionChangedEvent,
  type SortChangedEvent,
} from 'ag-grid-community';
import { AgGridReact } from 'ag-grid-react';
import {
  useEffect,
  useImperativeHandle,
  useMemo,
  useRef,
  type KeyboardEvent as ReactKeyboardEvent,
  type ReactNode,
  type Ref,
} from 'react';
import { pointOf, type MenuPoint } from '../menu.tsx';
import { styleNonce } from '../style-nonce.ts';
import { columnDefinition, type GridColumn, type GridSort } from './grid-columns.tsx';
import { gridTheme } from './grid-theme.ts';

ModuleRegistry.registerModules([
  CellStyleModule,
  ClientSideRowModelModule,
  ColumnApiModule,
  EventApiModule,
  HighlightChangesModule,
  RenderApiModule,
  RowApiModule,
  RowSelectionModule,
  RowStyleModule,
  ScrollApiModule,
  TooltipModule,
]);

export interface DataGridHandle {
  /** Puts the focus on a row; undefined = the first one. */
  readonly focusRow: (rowId?: string) => void;
  /** Id of the row that has the focus. */
  readonly focusedRowId: () => string | undefined;
}

export interface DataGridProps<Row> {
  /** Name for screen readers: "Jobs". */
  readonly label: string;
  /** Shown columns in order. */
  readonly columns: readonly GridColumn<Row>[];
  /** The rows of the page. */
  readonly rows: readonly Row[];
  readonly rowId: (row: Row) => string;
  readonly sort?: GridSort;
  readonly onSort?: (sort: GridSort) => void;
  /** Ticked rows of this and other pages. Without it there is no check box column. */
  readonly selection?: ReadonlySet<string>;
  readonly onSelection?: (selection: ReadonlySet<string>) => void;
  /** The row whose details are open. */
  readonly currentId?: string | undefined;
  /** Enter or double click on a row. */
  readonly onOpen?: (row: Row) => void;
  /** Pixels; by default the height of a line of the chosen density. */
  readonly rowHeightPx?: number;
  /** A single click on a row, not on its check box or a button in it. */
  readonly onRowClick?: (row: Row) => void;
  readonly onContextMenu?: (row: Row, at: MenuPoint) => void;
  /** Other keys; true = handled. */
  readonly onKey?: (event: KeyboardEvent, row: Row) => boolean;
  readonly onColumnOrder?: (columnIds: readonly string[]) => void;
  readonly onColumnWidth?: (columnId: string, widthPx: number) => void;
  /** The rows are older than they should be: shown dimmed. */
  readonly isStale?: boolean;
  /** In place of rows when there are none. */
  readonly empty?: ReactNode;
  readonly handle?: Ref<DataGridHandle>;
}

const checkColumn = {
  pinned: 'left',
  width: 40,
  minWidth: 40,
  maxWidth: 40,
  resizable: false,
  suppressMovable: true,
  suppressHeaderMenuButton: true,
} as const;

export function DataGrid<Row>(props: DataGridProps<Row>): ReactNode {
  const { columns, rows, rowId, sort, selection } = props;
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });
  const box = useRef<HTMLDivElement>(null);
  const api = useRef<GridApi<Row>>(undefined);
  const hasTicks = selection !== undefined;
  const definitions = useMemo(() => columns.map((column) => columnDefinition(column, sort)), [columns, sort]);

  const showSelection = (): void => {
    const { current } = api;
    const ticked = latest.current.selection;
    if (!current || current.isDestroyed() || !ticked) return;
    current.forEachNode((node) => {
      const isTicked = ticked.has(node.id ?? '');
      if (node.isSelected() !== isTicked) node.setSelected(isTicked, false, 'api');
    });
  };
  useEffect(showSelection, [selection, rows]);

  useEffect(() => {
    const { current } = api;
    if (current && !current.isDestroyed()) current.redrawRows();
  }, [props.currentId]);

  const focusedRowId = (): string | undefined => {
    const cell = api.current?.getFocusedCell();
    return cell ? api.current?.getDisplayedRowAtIndex(cell.rowIndex)?.id : undefined;
  };
  useImperativeHandle(props.handle, () => ({
    focusedRowId,
    focusRow: (id) => {
      const index = id === undefined ? 0 : api.current?.getRowNode(id)?.rowIndex;
      const first = latest.current.columns[0];
      if (index === undefined || index === null || !first) return;
      api.current?.ensureIndexVisible(index);
      api.current?.setFocusedCell(index, first.id);
    },
  }));

  const onSelectionChanged = (event: SelectionChangedEvent<Row>): void => {
    if (event.source === 'api' || event.source === 'rowDataChanged') return;
    const next = new Set(latest.current.selection);
    event.api.forEachNode((node) => {
      if (node.id === undefined) return;
      if (node.isSelected()) next.add(node.id);
      else next.delete(node.id);
    });
    latest.current.onSelection?.(next);
  };

  /** Heard before the grid: its own key events come too late to prevent anything or to move the focus. */
  const onKeyDown = (key: ReactKeyboardEvent): void => {
    const cell = key.target instanceof Element ? key.target : undefined;
    const id = cell?.closest('.ag-row')?.getAttribute('row-id');
    const data = id ? api.current?.getRowNode(id)?.data : undefined;
    // Check boxes and buttons inside a cell have keys of their own.
    if (!cell || data === undefined || cell.closest('button, a, input')) return;
    const wantsMenu = key.key === 'ContextMenu' || (key.key === 'F10' && key.shiftKey);
    if (wantsMenu) latest.current.onContextMenu?.(data, pointOf(cell));
    else if (key.key === 'Enter' && !key.ctrlKey && !key.altKey) latest.current.onOpen?.(data);
    else if (!latest.current.onKey?.(key.nativeEvent, data)) return;
    key.preventDefault();
    key.stopPropagation();
  };

  const onSortChanged = (event: SortChangedEvent<Row>): void => {
    if (event.source !== 'uiColumnSorted') return;
    const sorted = event.api.getColumnState().find((state) => state.sort);
    if (sorted?.sort) latest.current.onSort?.({ columnId: sorted.colId, direction: sorted.sort });
  };

  const onColumnMoved = (event: ColumnMovedEvent<Row>): void => {
    if (!event.finished || event.source !== 'uiColumnMoved') return;
    const known = new Set(latest.current.columns.map((column) => column.id));
    const order = event.api.getColumnState().map((state) => state.colId);
    latest.current.onColumnOrder?.(order.filter((id) => known.has(id)));
  };

  const onColumnResized = (event: ColumnResizedEvent<Row>): void => {
    if (!event.finished || !event.column || event.source !== 'uiColumnResized') return;
    latest.current.onColumnWidth?.(event.column.getColId(), Math.round(event.column.getActualWidth()));
  };

  const nonce = styleNonce();
  const looks = ['data-grid', ...(props.isStale ? ['stale'] : []), ...(props.rowHeightPx ? ['tall'] : [])];
  return (
    // Keys of the rows bubble to no element of ours; the grid inside has the roles.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div ref={box} className={looks.join(' ')} onKeyDownCapture={onKeyDown}>
      <AgGridReact<Row>
        theme={gridTheme}
        {...(nonce === undefined ? {} : { styleNonce: nonce })}
        rowData={rows as Row[]}
        {...(props.rowHeightPx === undefined ? {} : { rowHeight: props.rowHeightPx })}
        columnDefs={definitions}
        maintainColumnOrder={false}
        defaultColDef={{ resizable: true, suppressHeaderMenuButton: true }}
        getRowId={({ data }) => rowId(data)}
        onGridReady={(event) => {
          api.current = event.api;
          showSelection();
        }}
        onRowDataUpdated={showSelection}
        {...(hasTicks
          ? {
              rowSelection: {
                mode: 'multiRow',
                checkboxes: true,
                headerCheckbox: true,
                enableClickSelection: false,
              },
              selectionColumnDef: checkColumn,
            }
          : {})}
        rowClassRules={{ current: ({ node }) => node.id === latest.current.currentId }}
        suppressCellFocus={false}
        suppressDragLeaveHidesColumns
        suppressMultiSort
        suppressNoRowsOverlay
        preventDefaultOnContextMenu
        tooltipShowDelay={500}
        tooltipShowMode="whenTruncated"
        cellFlashDuration={150}
        cellFadeDuration={350}
        ensureDomOrder
        onCellContextMenu={({ data, event }) => {
          if (data !== undefined && event instanceof MouseEvent)
            latest.current.onContextMenu?.(data, { x: event.clientX, y: event.clientY });
        }}
        onRowDoubleClicked={({ data }) => data !== undefined && latest.current.onOpen?.(data)}
        onRowClicked={({ data, event }) => {
          const isOnControl = event?.target instanceof Element && event.target.closest('button, a, input');
          if (data !== undefined && !isOnControl) latest.current.onRowClick?.(data);
        }}
        onSelectionChanged={onSelectionChanged}
        onSortChanged={onSortChanged}
        onColumnMoved={onColumnMoved}
        onColumnResized={onColumnResized}
      />
      {rows.length === 0 && props.empty !== undefined && <div className="grid-empty">{props.empty}</div>}
    </div>
  );
}
