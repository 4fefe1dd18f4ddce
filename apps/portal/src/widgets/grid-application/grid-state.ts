/** What a grid window remembers in the layout: filters, sort, page, columns. Read back with care. */
import type { SortKey } from '@wm/wms-core/vocabulary';
import { noFilters, readFilters, type Filters } from './filters.ts';

export const pageSizes = [25, 50, 100, 200, 500, 1000] as const;

export interface GridState {
  readonly filters: Filters;
  readonly sort: SortKey;
  /** 1-based. */
  readonly page: number;
  readonly perPage: number;
  /** Shown columns in order; null = the default ones. */
  readonly columns: readonly string[] | null;
  /** Widths the user gave, pixels by column. */
  readonly widths: Readonly<Record<string, number>>;
  readonly panelOpen: boolean;
}

export const startGridState = (sort: SortKey): GridState => ({
  filters: noFilters,
  sort,
  page: 1,
  perPage: 25,
  columns: null,
  widths: {},
  panelOpen: true,
});

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function readSort(stored: unknown, fallback: SortKey): SortKey {
  if (!isRecord(stored) || typeof stored['parameter'] !== 'string') return fallback;
  return { parameter: stored['parameter'], direction: stored['direction'] === 'asc' ? 'asc' : 'desc' };
}

/** Anything stored becomes a usable state; what is not understood falls back to the start. */
export function readGridState(stored: unknown, sort: SortKey): GridState {
  const start = startGridState(sort);
  if (!isRecord(stored)) return start;
  const { page, perPage, columns, widths, panelOpen } = stored;
  return {
    filters: readFilters(stored['filters']),
    sort: readSort(stored['sort'], sort),
    page: Number.isInteger(page) && Number(page) > 0 ? Number(page) : 1,
    perPage: pageSizes.find((size) => size === perPage) ?? start.perPage,
    columns: Array.isArray(columns) ? columns.filter((name) => typeof name === 'string') : null,
    widths: Object.fromEntries(
      Object.entries(isRecord(widths) ? widths : {}).filter(
        (entry): entry is [string, number] => typeof entry[1] === 'number' && entry[1] > 20,
      ),
    ),
    panelOpen: panelOpen !== false,
  };
}
