/** Notices on the own account. Keys begin with `notices`; a live event makes them old. */
import { queryOptions } from '@tanstack/react-query';
import type { AnswerOf, Routes } from '@wm/api-contract';
import { api } from './api.ts';
import { queryClient } from './query-client.ts';

export type Notice = AnswerOf<Routes['GET /bff/notices']>['notices'][number];

export const noticesQuery = queryOptions({
  queryKey: ['notices', 'list'],
  queryFn: async ({ signal }) => (await api.call('GET /bff/notices', {}, { signal })).notices,
});

export async function markNoticesRead(noticeIds: readonly number[]): Promise<void> {
  if (noticeIds.length === 0) return;
  await api.call('POST /bff/notices/read', { body: { noticeIds: [...noticeIds] } });
  await queryClient.invalidateQueries({ queryKey: noticesQuery.queryKey });
}
