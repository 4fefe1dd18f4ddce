/** From our description of a column to AG Grid's. */
import type { ColDef, ICellRendererParams, ITooltipParams, ValueGetterParams } from 'ag-grid-community';
import type { ReactNode } from 'react';

export interface GridColumn<Row> {
  readonly id: string;
  readonly title: string;
  /** Pixels. */
  readonly width: number;
  /** Takes what is left of the width. */
  readonly grows?: boolean;
  /** The server can sort by it. Default true. */
  readonly isSortable?: boolean;
  /** Figures and times stand at the right. */
  readonly isRight?: boolean;
  /** `mono` for ids and hosts, `soft` for secondary values. */
  readonly look?: 'mono' | 'soft';
  /** The cell as text: shown unless `cell` draws it, read by screen readers, compared for the flash. */
  readonly text: (row: Row) => string;
  readonly cell?: (row: Row) => ReactNode;
  /** Full words on hover; by default the text. */
  readonly tooltip?: (row: Row) => string;
  /** Buttons of the row: always in view at the right end, neither moved nor resized. */
  readonly isPinned?: boolean;
  /** Neither moved nor resized. */
  readonly isFixed?: boolean;
  /** A soft flash when the value changes under the user's eyes. */
  readonly flashes?: boolean;
}

export interface GridSort {
  readonly columnId: string;
  readonly direction: 'asc' | 'desc';
}

/** The rows come sorted from the server; the arrow in the header is all the grid adds. */
const keepOrder = (): number => 0;

export function columnDefinition<Row>(column: GridColumn<Row>, sort: GridSort | undefined): ColDef<Row> {
  const { cell, text, tooltip = text } = column;
  const looks = [column.look ?? '', column.isRight ? 'num' : ''].filter(Boolean);
  return {
    colId: column.id,
    headerName: column.title,
    ...(column.grows ? { flex: 1, minWidth: column.width } : { width: column.width, minWidth: 48 }),
    sortable: column.isSortable ?? true,
    sort: sort?.columnId === column.id ? sort.direction : null,
    sortingOrder: ['desc', 'asc'],
    comparator: keepOrder,
    cellClass: looks,
    headerClass: column.isRight ? 'num' : '',
    valueGetter: ({ data }: ValueGetterParams<Row>) => (data === undefined ? '' : text(data)),
    tooltipValueGetter: ({ data }: ITooltipParams<Row>) => (data === undefined ? '' : tooltip(data)),
    ...(column.isPinned
      ? {
          pinned: 'right',
          lockPosition: 'right',
          resizable: false,
          suppressMovable: true,
          minWidth: column.width,
        }
      : {}),
    ...(column.isFixed ? { resizable: false, suppressMovable: true } : {}),
    enableCellChangeFlash: column.flashes ?? false,
    ...(cell
      ? { cellRenderer: ({ data }: ICellRendererParams<Row>) => (data === undefined ? null : cell(data)) }
      : {}),
  };
}
