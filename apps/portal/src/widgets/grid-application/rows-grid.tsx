/**
 * The grid of a grid application: column specs become columns, or one column of cards in little room; the last one holds
 * the menu of each row.
 */
import type { MenuPoint } from '@wm/ui-kit';
import { DataGrid, type DataGridHandle, type GridColumn, type GridSort } from '@wm/ui-kit/data-grid';
import { useMemo, type ReactNode, type Ref } from 'react';
import { valueText } from '../../server-state/search-page.ts';
import { rowMenuColumn, rowMenuColumnId } from '../row-menu/row-menu-column.tsx';
import type { CardSpec } from './card-spec.ts';
import { shownColumns, type ColumnSpec } from './column-spec.ts';
import type { GridState } from './grid-state.ts';
import { fullInstant, shortInstant } from './instants.ts';
import type { Row } from './live-rows.ts';
import { PlainValue } from './plain-value.tsx';
import { cardColumn, cardHeightPx } from './row-card.tsx';

export interface RowsGridProps {
  readonly noun: string;
  readonly columns: readonly ColumnSpec[];
  readonly card: CardSpec;
  /** There is no room for columns. */
  readonly isCards: boolean;
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
  readonly onMenu: (row: Row, at: MenuPoint) => void;
  readonly onKey: (event: KeyboardEvent, row: Row) => boolean;
  readonly isStale: boolean;
  readonly handle: Ref<DataGridHandle>;
}

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
  const { columns, card, isCards, state, onState, renderStatus, menuLabel, onMenu } = props;
  const { parameter, direction } = state.sort;
  const sorted = columns.find(({ id }) => id === parameter);
  const gridColumns = useMemo(
    () => [
      ...(isCards
        ? [cardColumn(card, sorted, renderStatus)]
        : shownColumns(columns, state.columns).map((spec) =>
            gridColumn(spec, state.widths[spec.id], renderStatus),
          )),
      rowMenuColumn(menuLabel, onMenu),
    ],
    [columns, card, isCards, sorted, state.columns, state.widths, renderStatus, menuLabel, onMenu],
  );
  const sort = useMemo((): GridSort => ({ columnId: parameter, direction }), [parameter, direction]);
  return (
    <DataGrid<Row>
      key={isCards ? 'cards' : 'columns'}
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
      {...(isCards ? { rowHeightPx: cardHeightPx, onRowClick: props.onOpenRow } : {})}
      onContextMenu={onMenu}
      onKey={props.onKey}
      onColumnOrder={(ids) => onState({ columns: ids.filter((id) => id !== rowMenuColumnId) })}
      onColumnWidth={(id, widthPx) => onState({ widths: { ...state.widths, [id]: widthPx } })}
      isStale={props.isStale}
      handle={props.handle}
    />
  );
}
