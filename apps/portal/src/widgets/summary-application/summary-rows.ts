/** The rows of a summary: few, all in the browser, some with parts. Filtered and sorted here. Pure. */
import type { ColumnSpec } from '../grid-application/column-spec.ts';

export interface SummaryRow<R> {
  readonly key: string;
  readonly row: R;
  /** Rows it is made of, shown below it when it is unfolded; none = it cannot be. */
  readonly parts: readonly SummaryRow<R>[];
}

export interface SummaryColumn<R> extends ColumnSpec {
  /** What is shown, and sorted by; null reads as a dash and stands last. */
  readonly value: (row: R) => string | number | null;
  /** Where the value is not what is read: "12.5 %". */
  readonly text?: (row: R) => string;
}

export interface SummarySelector<R> {
  readonly id: string;
  readonly label: string;
  /** Offered even when no row has them. */
  readonly known?: readonly string[];
  readonly valuesOf: (row: R) => readonly string[];
}

export type Selected = Readonly<Record<string, readonly string[]>>;

export interface SummarySort {
  readonly column: string;
  readonly direction: 'asc' | 'desc';
}

const fits = <R>(selectors: readonly SummarySelector<R>[], selected: Selected, row: R): boolean =>
  selectors.every(({ id, valuesOf }) => {
    const wanted = selected[id] ?? [];
    return wanted.length === 0 || valuesOf(row).some((value) => wanted.includes(value));
  });

/** A row is shown when it fits, with all its parts; or when some of its parts do, with these. */
export function selectRows<R>(
  rows: readonly SummaryRow<R>[],
  selectors: readonly SummarySelector<R>[],
  selected: Selected,
): readonly SummaryRow<R>[] {
  return rows.flatMap((each) => {
    if (fits(selectors, selected, each.row)) return [each];
    const parts = each.parts.filter(({ row }) => fits(selectors, selected, row));
    return parts.length === 0 ? [] : [{ ...each, parts }];
  });
}

function compare(a: string | number | null, b: string | number | null): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b), 'en', { numeric: true });
}

/** Rows that are equal by the column stay in the order in which they came. */
export function sortRows<R>(
  rows: readonly SummaryRow<R>[],
  columns: readonly SummaryColumn<R>[],
  sort: SummarySort,
): readonly SummaryRow<R>[] {
  const column = columns.find(({ id }) => id === sort.column);
  if (column === undefined) return rows;
  const sign = sort.direction === 'asc' ? 1 : -1;
  const order = (a: SummaryRow<R>, b: SummaryRow<R>): number => {
    const [left, right] = [column.value(a.row), column.value(b.row)];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return sign * compare(left, right);
  };
  return rows.toSorted(order).map((each) => ({ ...each, parts: each.parts.toSorted(order) }));
}

/** Values of a selector, those that exist first. */
export function optionsOf<R>(
  rows: readonly SummaryRow<R>[],
  { known = [], valuesOf }: SummarySelector<R>,
  chosen: readonly string[],
): readonly string[] {
  const found = rows.flatMap(({ parts, row }) => [row, ...parts.map((part) => part.row)].flatMap(valuesOf));
  const sorted = [...new Set(found)].filter((value) => value !== '').toSorted((a, b) => a.localeCompare(b));
  return [...new Set(known.length > 0 ? [...known, ...chosen] : [...sorted, ...chosen])];
}
