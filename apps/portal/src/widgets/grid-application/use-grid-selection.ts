/** Ticked rows and the row with the cursor, kept while pages come and go. */
import { useMemo, useRef, useState } from 'react';
import type { Row } from './live-rows.ts';
import { noSelection, rangeOf, toggle, withKeys, withoutKeys, type Selection } from './row-selection.ts';

export interface GridSelection {
  readonly keys: Selection;
  readonly set: (keys: Selection) => void;
  readonly clear: () => void;
  readonly toggle: (key: string) => void;
  /** Ticks the rows from the last toggled one to this. */
  readonly extendTo: (key: string) => void;
  readonly cursor: string | undefined;
  readonly moveCursor: (key: string | undefined) => void;
  /** Last seen rows of ticked keys, for names and states of rows on other pages. */
  readonly seen: ReadonlyMap<string, Row>;
}

export function useGridSelection(rows: readonly Row[], keyOf: (row: Row) => string): GridSelection {
  const [keys, set] = useState<Selection>(noSelection);
  const [cursor, moveCursor] = useState<string>();
  const anchor = useRef<string>(undefined);
  const pageKeys = useMemo(() => rows.map(keyOf), [rows, keyOf]);
  const seenRef = useRef<Map<string, Row>>(new Map());
  const seen = useMemo(() => {
    for (const row of rows) seenRef.current.set(keyOf(row), row);
    if (seenRef.current.size > 20_000) seenRef.current = new Map(rows.map((row) => [keyOf(row), row]));
    return seenRef.current;
  }, [rows, keyOf]);
  return {
    keys,
    set,
    clear: () => set(noSelection),
    toggle(key) {
      anchor.current = key;
      set((old) => toggle(old, key));
    },
    extendTo(key) {
      anchor.current ??= cursor ?? key;
      const range = rangeOf(pageKeys, anchor.current, key);
      set((old) => withKeys(old, range));
    },
    cursor,
    moveCursor,
    seen,
  };
}

/** Ticks every row of the page, or clears them when all are ticked. */
export const togglePage = (keys: Selection, pageKeys: readonly string[]): Selection =>
  pageKeys.every((key) => keys.has(key)) ? withoutKeys(keys, pageKeys) : withKeys(keys, pageKeys);
