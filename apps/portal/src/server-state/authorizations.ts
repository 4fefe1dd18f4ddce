/** A program asks to act for the person at this page: what the server says of it, and the person's answer. */
import { queryOptions } from '@tanstack/react-query';
import type { AnswerOf, Routes } from '@wm/api-contract';
import { api } from './api.ts';

export type AuthorizationRequest = AnswerOf<Routes['GET /bff/authorizations/:handle']>;

/** By user code as typed, or by the handle in the address of the page. */
export const authorizationQuery = (handle: string) =>
  queryOptions({
    queryKey: ['authorization', handle],
    queryFn: ({ signal }) => api.call('GET /bff/authorizations/:handle', { params: { handle } }, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Answers with the address to go to, if the program waits in a browser. */
export async function decideOn(handle: string, decision: { approve: boolean; group?: string }) {
  const answer = await api.call('POST /bff/authorizations/:handle', { params: { handle }, body: decision });
  return answer.redirectTo;
}
