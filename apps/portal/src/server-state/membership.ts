/**
 * Asking for membership, for people in a group or in none. Keys begin with `membership`. No live event tells of a
 * decision, and without a group there are no live events at all, so own requests are read again while one is open.
 */
import { queryOptions } from '@tanstack/react-query';
import type { AnswerOf, Routes } from '@wm/api-contract';
import { api } from './api.ts';
import { queryClient } from './query-client.ts';

export type OpenVo = AnswerOf<Routes['GET /bff/registry/open-vos']>['vos'][number];
export type MembershipRequest = AnswerOf<Routes['GET /bff/registry/own-requests']>['requests'][number];

const whileOpenMs = 10_000;

/** VOs that take requests. */
export const openVosQuery = queryOptions({
  queryKey: ['membership', 'open-vos'],
  queryFn: async ({ signal }) => (await api.call('GET /bff/registry/open-vos', {}, { signal })).vos,
});

export type OwnSuspension = AnswerOf<Routes['GET /bff/registry/own-suspensions']>['suspensions'][number];

/** Read again while somebody waits for the end of one: without a group there are no live events. */
export const ownSuspensionsQuery = queryOptions({
  queryKey: ['membership', 'own-suspensions'],
  queryFn: async ({ signal }) =>
    (await api.call('GET /bff/registry/own-suspensions', {}, { signal })).suspensions,
  refetchInterval: ({ state }) => ((state.data?.length ?? 0) > 0 ? whileOpenMs : false),
});

/** Newest first. */
export const ownRequestsQuery = queryOptions({
  queryKey: ['membership', 'own-requests'],
  queryFn: async ({ signal }) => (await api.call('GET /bff/registry/own-requests', {}, { signal })).requests,
  refetchInterval: ({ state }) =>
    state.data?.some(({ decision }) => decision === null) ? whileOpenMs : false,
});

const reread = (): Promise<void> => queryClient.invalidateQueries({ queryKey: ['membership'] });

export async function askForMembership(vo: string, motivation: string): Promise<void> {
  await api.call('POST /bff/registry/own-requests', { body: { vo, motivation } });
  await reread();
}

export async function withdrawRequest(requestId: number): Promise<void> {
  try {
    await api.call('DELETE /bff/registry/own-requests/:requestId', { params: { requestId } });
  } finally {
    await reread();
  }
}
