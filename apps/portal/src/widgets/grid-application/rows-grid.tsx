/** The grid of a grid application: column specs become columns, the last one holds the menu of each row. */
import type { MenuPoint } from '@wm/ui-kit';
import { DataGrid, type DataGridHandle, type GridColumn, type GridSort } from '@wm/ui-kit/data-grid';
import { useMemo, type ReactNode, type Ref } from 'react';
import { valueText } from '../../server-state/search-page.ts';
import { rowMenuColumn, rowMenuColumnId } from '../row-menu/row-menu-column.tsx';
import { shownColumns, type ColumnSpec } from './column-spec.ts';
import type { GridState } from './grid-state.ts';
import { fullInstant, shortInstant } from './instants.ts';
import type { Row } from './live-rows.ts';

export interface RowsGridProps {
  readonly noun: string;
  readonly columns: readonly ColumnSpec[];
  readonly state: GridState;
  readonly onState: (change: Partial<GridState>) => void;
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly selection: ReadonlySet<string>;
  readonly onSelection: (selection: ReadonlySet<string>) => void;
  readonly currentKey: string | undefined;
  readonly renderStatus: (status: string) => ReactNode;
  readonly menuLabel: (row: Row) => string;
  readonly onOpenRow: (row: Row) => void;
  readonly onRowClick?: ((row: Row) => void) | undefined;
  readonly onMenu: (row: Row, at: MenuPoint) => void;
  readonly onKey: (event: KeyboardEvent, row: Row) => boolean;
  readonly isStale: boolean;
  readonly handle: Ref<DataGridHandle>;
}

/** Words that say "nothing in particular" step back. */
const quietWords = new Set(['ANY', 'Unknown', 'NotAssigned', 'Not given']);

const PlainValue = ({ text }: { readonly text: string }): ReactNode =>
  quietWords.has(text) ? <span className="muted">{text}</span> : text;

function gridColumn(
  spec: ColumnSpec,
  width: number | undefined,
  renderStatus: RowsGridProps['renderStatus'],
): GridColumn<Row> {
  const { id, kind } = spec;
  const shared = {
    id,
    title: spec.title,
    width: width ?? spec.width,
    grows: spec.grows === true && width === undefined,
    flashes: true,
  };
  const text = (row: Row): string => valueText(row[id]);
  if (kind === 'instant')
    return {
      ...shared,
      isRight: true,
      look: 'soft',
      text: (row) => shortInstant(row[id], Date.now()),
      tooltip: (row) => `${fullInstant(row[id])} UTC`,
    };
  if (kind === 'status') return { ...shared, text, cell: (row) => renderStatus(text(row)) };
  if (kind === 'id') return { ...shared, text, isRight: true, look: 'mono', flashes: false };
  if (kind === 'number') return { ...shared, text, isRight: true };
  const plain = { ...shared, text, cell: (row: Row) => <PlainValue text={text(row)} /> };
  return kind === 'text' ? plain : { ...plain, look: kind };
}

export function RowsGrid(props: RowsGridProps): ReactNode {
  const { columns, state, onState, renderStatus, menuLabel, onMenu } = props;
  const gridColumns = useMemo(
    () => [
      ...shownColumns(columns, state.columns).map((spec) =>
        gridColumn(spec, state.widths[spec.id], renderStatus),
      ),
      rowMenuColumn(menuLabel, onMenu),
    ],
    [columns, state.columns, state.widths, renderStatus, menuLabel, onMenu],
  );
  const { parameter, direction } = state.sort;
  const sort = useMemo((): GridSort => ({ columnId: parameter, direction }), [parameter, direction]);
  return (
    <DataGrid<Row>
      label={props.noun}
      columns={gridColumns}
      rows={props.rows}
      rowId={props.keyOf}
      sort={sort}
      onSort={(next) => onState({ sort: { parameter: next.columnId, direction: next.direction }, page: 1 })}
      selection={props.selection}
      onSelection={props.onSelection}
      currentId={props.currentKey}
      onOpen={props.onOpenRow}
      {...(props.onRowClick ? { onRowClick: props.onRowClick } : {})}
      onContextMenu={onMenu}
      onKey={props.onKey}
      onColumnOrder={(ids) => onState({ columns: ids.filter((id) => id !== rowMenuColumnId) })}
      onColumnWidth={(id, widthPx) => onState({ widths: { ...state.widths, [id]: widthPx } })}
      isStale={props.isStale}
      handle={props.handle}
    />
  );
}
