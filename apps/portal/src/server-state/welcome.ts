/** What a visitor may know: name, links, ways to log in, demo material. */
import { queryOptions } from '@tanstack/react-query';
import type { AnswerOf, Routes } from '@wm/api-contract';
import { directApi } from './api.ts';

export type Welcome = AnswerOf<Routes['GET /bff/welcome']>;

export const welcomeQuery = queryOptions({
  queryKey: ['welcome'],
  queryKeyHashFn: () => 'welcome',
  queryFn: ({ signal }) => directApi.call('GET /bff/welcome', {}, { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});
