/**
 * A short list of credentials: rows that the window filtered and sorted, a selection, Delete with its question. What the
 * rows are, what is chosen by and what is asked before they are deleted belongs to the window.
 */
import {
  BulkBar,
  Button,
  EmptyState,
  ErrorBox,
  Pager,
  PointMenu,
  Skeleton,
  type MenuEntry,
  type MenuPoint,
} from '@wm/ui-kit';
import { DataGrid, type GridColumn, type GridSort } from '@wm/ui-kit/data-grid';
import type { UseQueryResult } from '@tanstack/react-query';
import { useMemo, useState, type ReactNode } from 'react';
import { rowMenuColumn } from '../row-menu/row-menu-column.tsx';
import './short-list.css';

export interface DeleteDialogProps<Row> {
  readonly doomed: readonly Row[];
  readonly onClose: () => void;
  readonly onDeleted: () => void;
}

export interface ShortListProps<Row> {
  readonly answer: UseQueryResult<readonly Row[]>;
  /** Those to show, in their order. */
  readonly rows: readonly Row[];
  readonly rowId: (row: Row) => string;
  readonly columns: readonly GridColumn<Row>[];
  readonly sort: GridSort;
  readonly onSort: (sort: GridSort) => void;
  /** Such as proxy and proxies. */
  readonly nouns: { readonly one: string; readonly many: string };
  /** Instead of the list while there is nothing at all. */
  readonly nothing: ReactNode;
  readonly nothingFits: string;
  readonly selectors: ReactNode;
  readonly onOpen?: (row: Row) => void;
  /** Above Delete. */
  readonly menuOf?: (row: Row) => readonly MenuEntry[];
  readonly deleteDialog: (props: DeleteDialogProps<Row>) => ReactNode;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export function ShortListView<Row>(props: ShortListProps<Row>): ReactNode {
  const { answer, rows, rowId, nouns } = props;
  const [selection, setSelection] = useState<ReadonlySet<string>>(new Set());
  const [doomed, setDoomed] = useState<readonly Row[]>([]);
  const [menu, setMenu] = useState<{ readonly row: Row; readonly at: MenuPoint }>();
  const selected = rows.filter((row) => selection.has(rowId(row)));
  const hasAny = (answer.data ?? []).length > 0;
  const columns = useMemo(
    () => [
      ...props.columns,
      rowMenuColumn<Row>(
        (row) => `${nouns.one} ${rowId(row)}`,
        (row, at) => setMenu({ row, at }),
      ),
    ],
    [props.columns, nouns.one, rowId],
  );

  function content(): ReactNode {
    if (answer.isPending) return <Skeleton label={`Reading ${nouns.many}`} />;
    if (answer.isError && answer.data === undefined)
      return (
        <ErrorBox title={`The ${nouns.many} could not be read`} onRetry={() => void answer.refetch()}>
          {answer.error.message}
        </ErrorBox>
      );
    if (!hasAny) return props.nothing;
    return (
      <DataGrid
        label={capital(nouns.many)}
        columns={columns}
        rows={rows}
        rowId={rowId}
        sort={props.sort}
        onSort={props.onSort}
        selection={selection}
        onSelection={setSelection}
        {...(props.onOpen && { onOpen: props.onOpen })}
        onContextMenu={(row, at) => setMenu({ row, at })}
        onKey={({ key }, row) => {
          if (key !== 'Delete') return false;
          setDoomed(selected.length > 0 ? selected : [row]);
          return true;
        }}
        isStale={answer.isError}
        empty={<EmptyState title={props.nothingFits} />}
      />
    );
  }

  const entriesOf = (row: Row): readonly MenuEntry[] => [
    ...(props.menuOf?.(row) ?? []),
    {
      kind: 'item',
      label: 'Delete',
      icon: 'trash',
      keys: 'Del',
      isDanger: true,
      onSelect: () => setDoomed([row]),
    },
  ];

  return (
    <div className="short-list">
      {hasAny && props.selectors}
      <div className="list">
        {selected.length > 0 && (
          <BulkBar count={selected.length} onClear={() => setSelection(new Set())}>
            <Button look="danger" onClick={() => setDoomed(selected)}>
              Delete
            </Button>
          </BulkBar>
        )}
        <div className="rows">{content()}</div>
        <Pager
          page={1}
          perPage={Math.max(1, rows.length)}
          shown={rows.length}
          total={rows.length}
          noun={rows.length === 1 ? nouns.one : nouns.many}
          onPage={() => undefined}
          onRefresh={() => void answer.refetch()}
          isRefreshing={answer.isFetching}
        />
      </div>
      <PointMenu
        at={menu?.at ?? null}
        label={capital(nouns.one)}
        onClose={() => setMenu(undefined)}
        entries={menu ? entriesOf(menu.row) : []}
      />
      {doomed.length > 0 &&
        props.deleteDialog({
          doomed,
          onClose: () => setDoomed([]),
          onDeleted: () => setSelection(new Set()),
        })}
    </div>
  );
}
