/** The table of a summary: sortable heads, rows that unfold, a menu a row by button, right click and Shift+F10. */
import { Icon, IconButton, MenuButton, PointMenu, pointOf, type MenuEntry, type MenuPoint } from '@wm/ui-kit';
import { useState, type KeyboardEvent, type ReactNode } from 'react';
import type { SummaryColumn, SummaryRow, SummarySort } from './summary-rows.ts';

export interface SummaryTableProps<R> {
  readonly label: string;
  readonly columns: readonly SummaryColumn<R>[];
  readonly rows: readonly SummaryRow<R>[];
  /** Draws cells that are more than text; undefined = the text. */
  readonly cell: (column: string, row: R) => ReactNode | undefined;
  readonly nameOf: (row: R) => string;
  readonly menuOf: (row: R) => readonly MenuEntry[];
  readonly sort: SummarySort;
  readonly onSort: (sort: SummarySort) => void;
  readonly unfolded: readonly string[];
  readonly onUnfold: (unfolded: readonly string[]) => void;
}

const ariaSort = { asc: 'ascending', desc: 'descending' } as const;

function Head<R>({
  column,
  sort,
  onSort,
}: { column: SummaryColumn<R> } & Pick<SummaryTableProps<R>, 'sort' | 'onSort'>): ReactNode {
  const direction = sort.column === column.id ? sort.direction : undefined;
  return (
    <th
      scope="col"
      className={column.kind === 'number' ? 'num' : undefined}
      // Other kinds are as wide as what they hold.
      style={column.kind === 'text' ? { minWidth: column.width } : undefined}
      aria-sort={direction && ariaSort[direction]}
    >
      <button
        type="button"
        className="summary-sort"
        onClick={() => onSort({ column: column.id, direction: direction === 'asc' ? 'desc' : 'asc' })}
      >
        {column.title}
        {direction !== undefined && <Icon name={direction === 'asc' ? 'arrow-up' : 'arrow-down'} small />}
      </button>
    </th>
  );
}

function valueText<R>(column: SummaryColumn<R>, row: R): ReactNode {
  const value = column.value(row);
  if (value === null || value === '') return <span className="muted">–</span>;
  if (column.text !== undefined) return column.text(row);
  return typeof value === 'number' ? value.toLocaleString('en') : value;
}

const asksForMenu = (event: KeyboardEvent): boolean =>
  event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey);

export function SummaryTable<R>(props: SummaryTableProps<R>): ReactNode {
  const { columns, nameOf, unfolded } = props;
  const [menu, setMenu] = useState<{ readonly key: string; readonly at: MenuPoint }>();
  const rows = props.rows.flatMap((each) => [
    { ...each, isPart: false },
    ...(unfolded.includes(each.key) ? each.parts.map((part) => ({ ...part, isPart: true })) : []),
  ]);
  const menuRow = rows.find(({ key }) => key === menu?.key)?.row;

  const drawRow = ({ isPart, key, parts, row }: (typeof rows)[number]): ReactNode => {
    const isUnfolded = unfolded.includes(key);
    const fold = (
      <IconButton
        icon={isUnfolded ? 'chevron-down' : 'chevron-right'}
        label={`${isUnfolded ? 'Hide' : 'Show'} the ${parts.length} parts of ${nameOf(row)}`}
        aria-expanded={isUnfolded}
        onClick={() =>
          props.onUnfold(isUnfolded ? unfolded.filter((one) => one !== key) : [...unfolded, key])
        }
      />
    );
    return (
      <tr
        key={key}
        className={isPart ? 'summary-part' : undefined}
        onContextMenu={(event) => {
          event.preventDefault();
          setMenu({ key, at: { x: event.clientX, y: event.clientY } });
        }}
        onKeyDown={(event) => {
          if (!asksForMenu(event)) return;
          event.preventDefault();
          setMenu({ key, at: pointOf(event.target as Element) });
        }}
      >
        {columns.map((column, index) => {
          const drawn = props.cell(column.id, row) ?? valueText(column, row);
          if (index === 0)
            return (
              <th key={column.id} scope="row">
                <span className="summary-name">
                  {parts.length > 0 ? fold : <span className="summary-no-fold" />}
                  <span>{drawn}</span>
                </span>
              </th>
            );
          return (
            <td key={column.id} className={column.kind === 'number' ? 'num' : column.kind}>
              {drawn}
            </td>
          );
        })}
        <td className="summary-tools">
          <MenuButton
            label={`Actions on ${nameOf(row)}`}
            iconOnly
            look="quiet"
            align="end"
            entries={props.menuOf(row)}
          />
        </td>
      </tr>
    );
  };

  return (
    <>
      <table className="ruled summary-table" aria-label={props.label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.id} column={column} sort={props.sort} onSort={props.onSort} />
            ))}
            <th scope="col">
              <span className="vh">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>{rows.map(drawRow)}</tbody>
      </table>
      <PointMenu
        at={menu?.at ?? null}
        entries={menuRow === undefined ? [] : props.menuOf(menuRow)}
        label={menuRow === undefined ? '' : `Actions on ${nameOf(menuRow)}`}
        onClose={() => setMenu(undefined)}
      />
    </>
  );
}
