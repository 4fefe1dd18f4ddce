/** Operations on many jobs below `/bff/job-operations`. */
import type { Core, JobOperation } from '@wm/wms-core/vocabulary';
import type { HandlersOf } from '../http/handler.ts';
import { iso, isoOrNull } from './iso.ts';

type OperationRoutes =
  | 'POST /bff/job-operations/preview'
  | 'POST /bff/job-operations'
  | 'GET /bff/job-operations'
  | 'GET /bff/job-operations/:operationId'
  | 'GET /bff/job-operations/:operationId/verdicts'
  | 'POST /bff/job-operations/:operationId/cancel'
  | 'POST /bff/job-operations/:operationId/undo';

export function operationOnWire(operation: JobOperation) {
  const { undoUntilMs, createdAtMs, finishedAtMs, ...rest } = operation;
  return {
    ...rest,
    undoUntil: isoOrNull(undoUntilMs),
    createdAt: iso(createdAtMs),
    finishedAt: isoOrNull(finishedAtMs),
  };
}

export function operationRoutes({ operations }: Pick<Core, 'operations'>): HandlersOf<OperationRoutes> {
  return {
    'POST /bff/job-operations/preview': async ({ principal, body }) => {
      const { expiresAtMs, ...preview } = await operations.preview(principal, body.action, body.search);
      return { ...preview, expiresAt: iso(expiresAtMs), groups: [...preview.groups] };
    },
    'POST /bff/job-operations': async ({ principal, body }) =>
      operationOnWire(await operations.start(principal, body.token)),
    'GET /bff/job-operations': async ({ principal }) => ({
      operations: (await operations.list(principal)).map(operationOnWire),
    }),
    'GET /bff/job-operations/:operationId': async ({ principal, params }) =>
      operationOnWire(await operations.get(principal, params.operationId)),
    'GET /bff/job-operations/:operationId/verdicts': async ({ principal, params, query }) => {
      const { ok, after, limit } = query;
      const page = { ok, afterJobId: after, limit };
      return { verdicts: [...(await operations.verdicts(principal, params.operationId, page))] };
    },
    'POST /bff/job-operations/:operationId/cancel': async ({ principal, params }) =>
      operationOnWire(await operations.cancel(principal, params.operationId)),
    'POST /bff/job-operations/:operationId/undo': async ({ principal, params }) =>
      operationOnWire(await operations.undo(principal, params.operationId)),
  };
}
