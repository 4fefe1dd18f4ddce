/** Sites and batch queues as the portal reads them. A status that is set rings like a new configuration. */
import { queryOptions } from '@tanstack/react-query';
import type { AnswerOf, BodyOf, Routes } from '@wm/api-contract';
import { api } from './api.ts';
import { queryClient } from './query-client.ts';

export type BatchQueue = AnswerOf<Routes['GET /bff/sites']>['queues'][number];
export type StatusWord = NonNullable<BatchQueue['word']>;
export type PastWord = AnswerOf<Routes['GET /bff/sites/:site/statuses']>['statuses'][number];
export type Element = Pick<BatchQueue, 'site' | 'computingElement' | 'batchQueue'>;
export type NewStatus = BodyOf<Routes['POST /bff/sites/statuses']>;

/** Pilots come and go without a bell of their own, so they are read again while the page is in view. */
const everyMs = 10_000;

export const sitesQuery = queryOptions({
  queryKey: ['sites', 'list'],
  queryFn: async ({ signal }) => (await api.call('GET /bff/sites', {}, { signal })).queues,
  refetchInterval: everyMs,
});

export const siteHistoryQuery = (site: string) =>
  queryOptions({
    queryKey: ['sites', 'history', site],
    queryFn: async ({ signal }) =>
      (await api.call('GET /bff/sites/:site/statuses', { params: { site } }, { signal })).statuses,
  });

const reread = (): Promise<void> => queryClient.invalidateQueries({ queryKey: ['sites'] });

export async function setStatus(status: NewStatus): Promise<void> {
  await api.call('POST /bff/sites/statuses', { body: status });
  await reread();
}

export async function endStatus(element: Element): Promise<void> {
  await api.call('POST /bff/sites/statuses/end', { body: element });
  await reread();
}
