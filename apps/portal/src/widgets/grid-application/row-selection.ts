/**
 * Which rows are ticked, kept outside the grid so that paging, sorting and reloading lose nothing. Plain
 * functions over a set of keys; the grid only shows it.
 */
export type Selection = ReadonlySet<string>;

export const noSelection: Selection = new Set();

export const withKeys = (selection: Selection, keys: Iterable<string>): Selection =>
  new Set([...selection, ...keys]);

export function withoutKeys(selection: Selection, keys: Iterable<string>): Selection {
  const next = new Set(selection);
  for (const key of keys) next.delete(key);
  return next;
}

/** All rows of the page from the anchor to the target, in either direction. */
export function rangeOf(pageKeys: readonly string[], anchor: string, target: string): readonly string[] {
  const from = pageKeys.indexOf(anchor);
  const to = pageKeys.indexOf(target);
  if (from === -1 || to === -1) return to === -1 ? [] : [target];
  return pageKeys.slice(Math.min(from, to), Math.max(from, to) + 1);
}

/** Ticks every row of the page, or clears them when all are ticked. */
export const togglePage = (selection: Selection, pageKeys: readonly string[]): Selection =>
  pageKeys.every((key) => selection.has(key))
    ? withoutKeys(selection, pageKeys)
    : withKeys(selection, pageKeys);

export const idSeparators = { comma: ',', semicolon: ';', space: ' ' } as const;
export type IdSeparator = keyof typeof idSeparators;

/** Selected keys for the clipboard, numbers in numeric order. */
export const formatKeys = (selection: Selection, separator: IdSeparator): string =>
  [...selection]
    .toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .join(idSeparators[separator]);
