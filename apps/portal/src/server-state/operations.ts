/**
 * Operations on many jobs as the portal reads and changes them. Keys begin with `operations`, everything of one with
 * `operations, one, <id>`, so that live events can reach them.
 */
import { queryOptions } from '@tanstack/react-query';
import type { AnswerOf, Routes } from '@wm/api-contract';
import { api } from './api.ts';
import { queryClient } from './query-client.ts';

export type Operation = AnswerOf<Routes['GET /bff/job-operations/:operationId']>;
export type ActionPreview = AnswerOf<Routes['POST /bff/job-operations/preview']>;

const one = (operationId: number, ...part: readonly unknown[]) =>
  ['operations', 'one', operationId, ...part] as const;

export const operationsQuery = queryOptions({
  queryKey: ['operations', 'list'],
  queryFn: async ({ signal }) => (await api.call('GET /bff/job-operations', {}, { signal })).operations,
});

export const operationQuery = (operationId: number) =>
  queryOptions({
    queryKey: one(operationId, 'state'),
    queryFn: ({ signal }) =>
      api.call('GET /bff/job-operations/:operationId', { params: { operationId } }, { signal }),
  });

/** The first `limit` verdicts by job id; `ok` picks the done or the refused ones. */
export const verdictsQuery = (operationId: number, ok: boolean | undefined, limit: number) =>
  queryOptions({
    queryKey: one(operationId, 'verdicts', ok ?? 'all', limit),
    queryFn: async ({ signal }) => {
      const query = { limit, ...(ok === undefined ? {} : { ok: String(ok) }) };
      const params = { operationId };
      return (await api.call('GET /bff/job-operations/:operationId/verdicts', { params, query }, { signal }))
        .verdicts;
    },
  });

/** Shows what the server said; it may be older than a bell that rang on the way, so it is read again. */
function keep(operation: Operation): Operation {
  queryClient.setQueryData(operationQuery(operation.operationId).queryKey, operation);
  void queryClient.invalidateQueries({ queryKey: one(operation.operationId) });
  void queryClient.invalidateQueries({ queryKey: operationsQuery.queryKey });
  return operation;
}

/** Starting twice with one token starts once. */
export const startOperation = async (token: string): Promise<Operation> =>
  keep(await api.call('POST /bff/job-operations', { body: { token } }));

export const cancelOperation = async (operationId: number): Promise<Operation> =>
  keep(await api.call('POST /bff/job-operations/:operationId/cancel', { params: { operationId } }));

/** The operation that takes the other one back. */
export async function undoOperation(operationId: number): Promise<Operation> {
  const undo = await api.call('POST /bff/job-operations/:operationId/undo', { params: { operationId } });
  void queryClient.invalidateQueries({ queryKey: one(operationId) });
  return keep(undo);
}
