/** Pilots as the portal reads them. Keys begin with `pilots`, those of one pilot with `pilots, one, <stamp>`. */
import { queryOptions } from '@tanstack/react-query';
import type { AnswerOf, Routes } from '@wm/api-contract';
import type { SearchCondition, SortKey } from '@wm/wms-core/vocabulary';
import { api } from './api.ts';
import { nextReadingMs } from './follow-pace.ts';
import { countsOf, searchPageOf, type Count, type SearchPage } from './search-page.ts';

export interface PilotsQuery {
  readonly conditions: (nowMs: number) => readonly SearchCondition[];
  readonly sort: SortKey;
  readonly page: number;
  readonly perPage: number;
  readonly parameters: readonly string[];
}

const wireCondition = (condition: SearchCondition) =>
  'values' in condition ? { ...condition, values: [...condition.values] } : { ...condition };

export async function readPilotsPage(query: PilotsQuery, signal?: AbortSignal): Promise<SearchPage> {
  const answer = await api.callWithHeaders(
    'POST /bff/pilots/search',
    {
      query: { page: query.page, per_page: query.perPage },
      body: {
        parameters: [...query.parameters],
        search: query.conditions(Date.now()).map(wireCondition),
        sort: [query.sort],
      },
    },
    { signal },
  );
  return searchPageOf(answer, Date.now());
}

/** Rows of some pilots, for the stamps the live events named. */
export function readPilotRows(
  stamps: readonly string[],
  parameters: readonly string[],
): Promise<SearchPage['rows']> {
  return api.call('POST /bff/pilots/search', {
    query: { page: 1, per_page: Math.max(1, stamps.length) },
    body: {
      parameters: [...parameters],
      search: [{ parameter: 'PilotStamp', operator: 'in', values: [...stamps] }],
    },
  });
}

async function readPilotCounts(attribute: string, signal: AbortSignal): Promise<readonly Count[]> {
  const rows = await api.call(
    'POST /bff/pilots/summary',
    { body: { grouping: [attribute], search: [] } },
    { signal },
  );
  return countsOf(rows, attribute);
}

export const pilotOptionsQuery = (attribute: string) =>
  queryOptions({
    queryKey: ['pilots', 'options', attribute],
    queryFn: ({ signal }) => readPilotCounts(attribute, signal),
    staleTime: 60_000,
  });

export type PilotsBySite = AnswerOf<Routes['GET /bff/pilots/by-site']>;

/** Counting is dearer than reading rows: its window reads it again, not at every bell. */
export const pilotsBySiteQuery = queryOptions({
  queryKey: ['pilots', 'page', 'by-site'],
  queryFn: ({ signal }) => api.call('GET /bff/pilots/by-site', {}, { signal }),
});

type PilotOutputAnswer = AnswerOf<Routes['GET /bff/pilots/:stamp/output']>;

export interface PilotOutput extends Omit<PilotOutputAnswer, 'texts'> {
  readonly texts: NonNullable<PilotOutputAnswer['texts']>;
  /** Readings since something changed. */
  readonly quietReadings: number;
}

const noTexts = { stdout: '', stderr: '', log: '' };

/**
 * Standard output, standard error and log of a pilot. While more may come it is read again for as long as somebody
 * looks; texts that are known do not travel again.
 */
export const pilotOutputQuery = (stamp: string) => {
  const queryKey = ['pilots', 'one', stamp, 'output'];
  return queryOptions({
    queryKey,
    queryFn: async ({ signal, client }): Promise<PilotOutput> => {
      const old = client.getQueryData<PilotOutput>(queryKey);
      const answer = await api.call(
        'GET /bff/pilots/:stamp/output',
        { params: { stamp }, query: old ? { known: old.version } : {} },
        { signal },
      );
      const isSame = old !== undefined && answer.texts === null;
      return {
        ...answer,
        texts: answer.texts ?? old?.texts ?? noTexts,
        quietReadings: isSame ? old.quietReadings + 1 : 0,
      };
    },
    // What is kept stays as it is; it may have been read before the end.
    staleTime: 0,
    refetchInterval: ({ state }) => nextReadingMs(state.data),
  });
};
