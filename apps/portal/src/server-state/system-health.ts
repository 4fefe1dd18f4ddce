/** The health of the system as the portal reads it: again every ten seconds while the page is in view. */
import { queryOptions } from '@tanstack/react-query';
import type { AnswerOf, Routes } from '@wm/api-contract';
import { api } from './api.ts';

export type SystemHealthAnswer = AnswerOf<Routes['GET /bff/system/health']>;
export type Finding = SystemHealthAnswer['findings'][number];
export type Figures = NonNullable<SystemHealthAnswer['figures']>;

export const systemHealthQuery = queryOptions({
  queryKey: ['system-health'],
  queryFn: ({ signal }) => api.call('GET /bff/system/health', {}, { signal }),
  refetchInterval: 10_000,
  // What is old is read again when the window opens: an operator wants to know how it is now.
  staleTime: 0,
});
