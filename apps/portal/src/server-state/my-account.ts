/** The own account beside jobs: certificates, where it is logged in, and the audit log. Keys begin with `account`. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { AnswerOf, Routes } from '@wm/api-contract';
import { urlOf } from '@wm/api-contract/client';
import { api, requestHeaders } from './api.ts';
import { loadMe } from './me.ts';
import { queryClient } from './query-client.ts';

export type OwnSession = AnswerOf<Routes['GET /bff/sessions']>['sessions'][number];
export type AuditEvent = AnswerOf<Routes['GET /bff/audit']>['events'][number];

export const sessionsQuery = queryOptions({
  queryKey: ['account', 'sessions'],
  queryFn: async ({ signal }) => (await api.call('GET /bff/sessions', {}, { signal })).sessions,
});

/** `others` ends all but this one; answers how many ended. */
export async function endSession(sessionId: string): Promise<number> {
  try {
    return (await api.call('DELETE /bff/sessions/:sessionId', { params: { sessionId } })).ended;
  } finally {
    await queryClient.invalidateQueries({ queryKey: ['account'] });
  }
}

export type LinkedCertificate = AnswerOf<Routes['GET /bff/certificates']>['certificates'][number];

export const certificatesQuery = queryOptions({
  queryKey: ['account', 'certificates'],
  queryFn: async ({ signal }) => (await api.call('GET /bff/certificates', {}, { signal })).certificates,
});

/** Proxies of the certificate no longer count then. */
export async function unlinkCertificate(certificateId: string): Promise<void> {
  try {
    await api.call('DELETE /bff/certificates/:certificateId', { params: { certificateId } });
  } finally {
    const old = new Set<unknown>(['account', 'me', 'proxies']);
    await queryClient.invalidateQueries({ predicate: ({ queryKey }) => old.has(queryKey[0]) });
  }
}

export type LogIns = AnswerOf<Routes['GET /bff/log-ins']>;
export type LinkedLogIn = LogIns['logIns'][number];
export type WaitingLogIn = NonNullable<LogIns['waiting']>;

export const logInsQuery = queryOptions({
  queryKey: ['account', 'log-ins'],
  queryFn: ({ signal }) => api.call('GET /bff/log-ins', {}, { signal }),
});

/** Answers where the browser has to go. */
export const beginToLinkLogIn = async (provider: string, returnTo: string): Promise<string> =>
  (await api.call('POST /bff/log-ins/link', { body: { provider, returnTo } })).url;

/** Groups may be others then. */
const whatLogInsChange = new Set<unknown>(['account', 'me', 'proxies']);
const readAnew = (): Promise<void> =>
  queryClient.invalidateQueries({ predicate: ({ queryKey }) => whatLogInsChange.has(queryKey[0]) });

export async function decideOnLogIn(linkId: string, decision: 'link' | 'dismiss'): Promise<void> {
  try {
    await api.call('POST /bff/log-ins/decide', { body: { linkId, decision } });
    if (decision === 'link') await loadMe();
  } finally {
    await readAnew();
  }
}

/** Its sessions end. */
export async function unlinkLogIn(logInId: string): Promise<void> {
  try {
    await api.call('DELETE /bff/log-ins/:logInId', { params: { logInId } });
    await loadMe();
  } finally {
    await readAnew();
  }
}

/** Events of one page of the log; a shorter one is the last. */
const perPage = 50;

export type AuditScope = 'own' | 'vo';

const auditRoutes = { own: 'GET /bff/audit', vo: 'GET /bff/audit/vo' } as const;

export const auditQuery = (scope: AuditScope) =>
  infiniteQueryOptions({
    queryKey: ['account', 'audit', scope],
    initialPageParam: undefined as number | undefined,
    queryFn: async ({ pageParam, signal }): Promise<readonly AuditEvent[]> => {
      const query = { limit: perPage, ...(pageParam === undefined ? {} : { beforeId: pageParam }) };
      return (await api.call(auditRoutes[scope], { query }, { signal })).events;
    },
    getNextPageParam: (last) => (last.length < perPage ? undefined : last.at(-1)?.auditId),
  });

const exportKey = 'GET /bff/audit/export';

/** The whole log as JSON lines. */
export async function exportAuditLog(): Promise<Blob> {
  const input = { query: { afterId: 0 } };
  const response = await fetch(urlOf(exportKey, input), { headers: requestHeaders() });
  // The client reads errors, and waits for a new log-in where one is needed.
  if (!response.ok) await api.call(exportKey, input);
  return response.blob();
}
