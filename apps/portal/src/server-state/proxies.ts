/** Stored proxies as the portal reads and changes them. Keys begin with `proxies`; a live event makes all old. */
import { queryOptions } from '@tanstack/react-query';
import type { AnswerOf, Routes } from '@wm/api-contract';
import { api } from './api.ts';
import { queryClient } from './query-client.ts';

export type StoredProxy = AnswerOf<Routes['GET /bff/proxies']>['proxies'][number];
export type UploadedProxy = AnswerOf<Routes['PUT /bff/proxies/requests/:requestId']>;

/** Own proxies; with ProxyManagement those of the VO. */
export const proxiesQuery = queryOptions({
  queryKey: ['proxies', 'list'],
  queryFn: async ({ signal }) => (await api.call('GET /bff/proxies', {}, { signal })).proxies,
});

export const readProxiesAgain = (): Promise<void> => queryClient.invalidateQueries({ queryKey: ['proxies'] });

/**
 * The two steps of an upload: asks for a request, has it signed, hands the chain in. `sign` gets the request
 * as PEM and answers with the chain as PEM; it never gives away a key. `groups`: those it shall serve; undefined = all.
 */
export async function uploadProxy(
  sign: (csrPem: string) => Promise<string>,
  groups: readonly string[] | undefined,
): Promise<UploadedProxy> {
  const { requestId, csrPem } = await api.call('POST /bff/proxies/requests', {});
  const chainPem = await sign(csrPem);
  const answer = await api.call('PUT /bff/proxies/requests/:requestId', {
    params: { requestId },
    body: { chainPem, ...(groups === undefined ? {} : { groups: [...groups] }) },
  });
  // the account may own a certificate more
  await Promise.all([readProxiesAgain(), queryClient.invalidateQueries({ queryKey: ['me'] })]);
  return answer;
}

/** A proxy of the installation's own authority, without a certificate. */
export async function issueProxy(): Promise<StoredProxy> {
  const { proxy } = await api.call('POST /bff/proxies/issue', {});
  await Promise.all([readProxiesAgain(), queryClient.invalidateQueries({ queryKey: ['me'] })]);
  return proxy;
}

export async function removeProxy(proxyId: string): Promise<void> {
  try {
    await api.call('DELETE /bff/proxies/:proxyId', { params: { proxyId } });
  } finally {
    await readProxiesAgain();
  }
}
