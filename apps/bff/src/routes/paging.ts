/** Search answers in DiracX's form: 200, 206 with `Content-Range`, 416 past the end (rest-api.md §1.5). */
import type { SearchQuery, SearchResult } from '@wm/wms-core/vocabulary';
import { Reply } from '../http/reply.ts';

type Rows = Record<string, unknown>[];

export interface PageRequest {
  readonly page: number;
  readonly per_page: number;
}

export interface SearchRequest {
  readonly parameters?: readonly string[] | null | undefined;
  readonly search: SearchQuery['search'];
  readonly sort: SearchQuery['sort'];
  readonly distinct: boolean;
}

export function searchQuery(body: SearchRequest, { page, per_page }: PageRequest): SearchQuery {
  const { parameters, search, sort, distinct } = body;
  return { parameters: parameters ?? undefined, search, sort, distinct, page, perPage: per_page };
}

export function pageReply(noun: 'jobs' | 'pilots', query: SearchQuery, result: SearchResult): Reply<Rows> {
  const rows: Rows = result.rows.map((row) => ({ ...row }));
  const first = (query.page - 1) * query.perPage;
  if (rows.length === 0 && first > 0 && result.total > 0)
    return new Reply(rows, { status: 416, headers: { 'Content-Range': `${noun} */${result.total}` } });
  if (rows.length === result.total) return new Reply(rows);
  const last = first + rows.length - 1;
  const range = rows.length === 0 ? `${noun} */${result.total}` : `${noun} ${first}-${last}/${result.total}`;
  return new Reply(rows, { status: rows.length === 0 ? 416 : 206, headers: { 'Content-Range': range } });
}
