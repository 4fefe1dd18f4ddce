/**
 * The job id expression of the selector panel, `1,5,10-20`: what it means and how it is written. Asked by
 * the panel (is it valid?) and by the filters (which ids?). Separators are commas, semicolons or blanks.
 */

/** More ids than this in one expression are refused unless they are one range: the server takes no longer list. */
export const maxIds = 10_000;

export type IdExpression =
  | { readonly kind: 'ids'; readonly ids: readonly number[] }
  /** One range of more ids than a list may have. */
  | { readonly kind: 'range'; readonly first: number; readonly last: number }
  | { readonly kind: 'invalid'; readonly message: string };

const invalid = (message: string): IdExpression => ({ kind: 'invalid', message });

/** Ascending without repeats; an empty text gives no ids. */
export function parseIdExpression(text: string): IdExpression {
  const ids = new Set<number>();
  const parts = text
    .replace(/\s*-\s*/g, '-')
    .split(/[\s,;]+/)
    .filter((part) => part !== '');
  for (const part of parts) {
    const match = /^(\d{1,15})(?:-(\d{1,15}))?$/.exec(part);
    if (!match) return invalid(`"${part}" is no job id. Write numbers and ranges, such as 1,5,10-20.`);
    const first = Number(match[1]);
    const last = match[2] === undefined ? first : Number(match[2]);
    if (first < 1) return invalid('Job ids start at 1.');
    if (last < first) return invalid(`The range ${part} ends before it starts.`);
    if (parts.length === 1 && last - first >= maxIds) return { kind: 'range', first, last };
    if (ids.size + (last - first) >= maxIds)
      return invalid(`At most ${maxIds.toLocaleString('en')} ids can be asked for at once.`);
    for (let id = first; id <= last; id += 1) ids.add(id);
  }
  return { kind: 'ids', ids: [...ids].toSorted((a, b) => a - b) };
}

/** The shortest expression: runs of three and more become ranges. */
export function formatIdExpression(ids: readonly number[]): string {
  const sorted = [...new Set(ids)].toSorted((a, b) => a - b);
  const parts: string[] = [];
  for (let start = 0; start < sorted.length;) {
    let end = start;
    while (sorted[end + 1] === (sorted[end] ?? 0) + 1) end += 1;
    if (end - start >= 2) parts.push(`${sorted[start]}-${sorted[end]}`);
    else for (const id of sorted.slice(start, end + 1)) parts.push(String(id));
    start = end + 1;
  }
  return parts.join(',');
}
