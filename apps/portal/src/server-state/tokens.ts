/** Refresh tokens as the portal lists and ends them; it never sees one. Keys begin with `tokens`. */
import { queryOptions } from '@tanstack/react-query';
import type { AnswerOf, Routes } from '@wm/api-contract';
import { api } from './api.ts';
import { queryClient } from './query-client.ts';

export type ManagedToken = AnswerOf<Routes['GET /bff/tokens']>['tokens'][number];
export type TokenName = Pick<ManagedToken, 'kind' | 'tokenId'>;

/** Own ones; with ProxyManagement those of the VO. */
export const tokensQuery = queryOptions({
  queryKey: ['tokens', 'list'],
  queryFn: async ({ signal }) => (await api.call('GET /bff/tokens', {}, { signal })).tokens,
});

export const tokenClaimsQuery = ({ kind, tokenId }: TokenName) =>
  queryOptions({
    queryKey: ['tokens', 'claims', kind, tokenId],
    queryFn: async ({ signal }) =>
      (await api.call('GET /bff/tokens/:kind/:tokenId/claims', { params: { kind, tokenId } }, { signal }))
        .claims,
  });

/** `pending`: its provider is away and is told later. */
export async function removeToken({ kind, tokenId }: TokenName): Promise<'removed' | 'pending'> {
  try {
    return (await api.call('DELETE /bff/tokens/:kind/:tokenId', { params: { kind, tokenId } })).outcome;
  } finally {
    await queryClient.invalidateQueries({ queryKey: ['tokens'] });
  }
}
