/** Ticked rows, kept while pages come and go, and the last seen rows of what is ticked. */
import { useState } from 'react';
import type { Row } from './live-rows.ts';
import { noSelection, type Selection } from './row-selection.ts';

/** More seen rows than this are forgotten, but those of the page. */
const maxSeen = 20_000;

export interface GridSelection {
  readonly keys: Selection;
  readonly set: (keys: Selection) => void;
  /** For names and states of ticked rows on other pages. */
  readonly seen: ReadonlyMap<string, Row>;
}

interface Seen {
  readonly rows: readonly Row[];
  readonly byKey: ReadonlyMap<string, Row>;
}

const noneSeen: Seen = { rows: [], byKey: new Map() };

export function useGridSelection(rows: readonly Row[], keyOf: (row: Row) => string): GridSelection {
  const [keys, set] = useState<Selection>(noSelection);
  const [seen, setSeen] = useState<Seen>(noneSeen);
  if (seen.rows !== rows) {
    const old = seen.byKey.size > maxSeen ? [] : [...seen.byKey];
    setSeen({ rows, byKey: new Map([...old, ...rows.map((row) => [keyOf(row), row] as const)]) });
  }
  return { keys, set, seen: seen.byKey };
}
