/**
 * One page of a search in DiracX form, jobs and pilots alike: rows and total out of status 200, 206 or 416
 * and the `Content-Range` header (rest-api.md §1.5).
 */
export interface SearchPage {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly total: number;
  /** When the server answered, UTC epoch milliseconds. */
  readonly readAtMs: number;
}

/** `jobs 0-9/20` or, past the end, `jobs * /20` → 20; undefined without a readable total. */
export function totalOf(contentRange: string | null): number | undefined {
  const match = /\/(\d+)\s*$/.exec(contentRange ?? '');
  return match ? Number(match[1]) : undefined;
}

export function searchPageOf(
  answer: { readonly headers: Headers; readonly body: SearchPage['rows'] | undefined },
  readAtMs: number,
): SearchPage {
  const rows = answer.body ?? [];
  return { rows, total: totalOf(answer.headers.get('content-range')) ?? rows.length, readAtMs };
}

export const pageCount = (total: number, perPage: number): number => Math.max(1, Math.ceil(total / perPage));

/** A value of a loose record as words; '' for null, JSON for what has parts. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export interface Count {
  readonly value: string;
  readonly count: number;
}

/** Answer of a summary by one attribute, most frequent first. */
export const countsOf = (rows: SearchPage['rows'], attribute: string): readonly Count[] =>
  rows
    .map((row) => ({ value: valueText(row[attribute]), count: Number(row['count']) }))
    .toSorted((a, b) => b.count - a.count || a.value.localeCompare(b.value));
