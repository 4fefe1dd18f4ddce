/** The own account beside jobs: where it is logged in, and the audit log. Keys begin with `account`. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { AnswerOf, Routes } from '@wm/api-contract';
import { urlOf } from '@wm/api-contract/client';
import { api, requestHeaders } from './api.ts';
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
/** The server hands out no more at a time; each call adds a row of its own, so a shorter page is the last. */
const rowsPerExport = 10_000;

async function exportPage(afterId: number): Promise<string> {
  const input = { query: { afterId } };
  const response = await fetch(urlOf(exportKey, input), { headers: requestHeaders() });
  // The client reads errors, and waits for a new log-in where one is needed.
  if (!response.ok) await api.call(exportKey, input);
  return response.text();
}

/** The whole log as JSON lines, page after page. */
export async function exportAuditLog(): Promise<Blob> {
  const parts: string[] = [];
  for (let afterId = 0; ;) {
    const text = await exportPage(afterId);
    parts.push(text);
    const lines = text.trimEnd().split('\n');
    if (lines.length < rowsPerExport) return new Blob(parts, { type: 'application/jsonl' });
    afterId = (JSON.parse(lines.at(-1) ?? '') as { readonly audit_id: number }).audit_id;
  }
}
