/**
 * The query cache. Answers belong to the group they were asked in: its name is part of every key's hash, so
 * that no row is ever shown in another group, and coming back finds the rows again.
 */
import { QueryClient, hashKey } from '@tanstack/react-query';
import { isWmsError } from '@wm/wms-core/vocabulary';
import { session } from '../session/session-state.ts';

/** Passing trouble is tried again; a clear refusal is not. */
export function shouldRetry(failureCount: number, error: unknown): boolean {
  const isPassing = !isWmsError(error) || error.code === 'service.unavailable';
  return isPassing && failureCount < 3;
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // Who one is does not depend on the group.
      queryKeyHashFn: (key) => (key[0] === 'me' ? 'me' : `${session.get().group ?? ''}|${hashKey(key)}`),
      staleTime: 15_000,
      gcTime: 300_000,
      retry: shouldRetry,
      // The live events say what changed.
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      networkMode: 'always',
    },
    mutations: { retry: false, networkMode: 'always' },
  },
});
