/** What a summary window remembers in the layout: selectors, sort, columns, what is unfolded. Read back with care. */
import { isRecord } from '../grid-application/grid-state.ts';
import type { Selected, SummarySort } from './summary-rows.ts';

export interface SummaryState {
  readonly selected: Selected;
  readonly sort: SummarySort;
  /** Shown columns in order; null = the default ones. */
  readonly columns: readonly string[] | null;
  /** Keys of the rows whose parts are shown. */
  readonly unfolded: readonly string[];
  readonly panelOpen: boolean;
}

export const startSummaryState = (sort: SummarySort): SummaryState => ({
  selected: {},
  sort,
  columns: null,
  unfolded: [],
  panelOpen: true,
});

const texts = (stored: unknown): readonly string[] =>
  Array.isArray(stored) ? stored.filter((each) => typeof each === 'string').slice(0, 1000) : [];

/** Anything stored becomes a usable state. */
export function readSummaryState(stored: unknown, sort: SummarySort): SummaryState {
  const start = startSummaryState(sort);
  if (!isRecord(stored)) return start;
  const { columns, panelOpen, selected, unfolded } = stored;
  const sorted = isRecord(stored['sort']) ? stored['sort'] : {};
  return {
    selected: isRecord(selected)
      ? Object.fromEntries(Object.entries(selected).map(([id, values]) => [id, texts(values)]))
      : {},
    sort:
      typeof sorted['column'] === 'string'
        ? { column: sorted['column'], direction: sorted['direction'] === 'desc' ? 'desc' : 'asc' }
        : sort,
    columns: Array.isArray(columns) ? texts(columns) : null,
    unfolded: texts(unfolded),
    panelOpen: panelOpen !== false,
  };
}
