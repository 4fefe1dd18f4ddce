/** Actions on everything that matches a search: preview, operation in the background, verdicts, undo. */
import { z } from 'zod';
import { errorCodes, jobActions, operationStates } from '@wm/wms-core/vocabulary';
import type { RouteTable } from './route.ts';
import { instant, jobStatus, searchCondition } from './shapes.ts';

const user = { kind: 'group' } as const;
const count = z.number().int();
const operationParams = z.object({ operationId: z.coerce.number().int().positive() });

/** One sentence a job; `status` as the call left it. */
export const jobVerdict = z.object({
  jobId: z.number().int(),
  ok: z.boolean(),
  status: jobStatus.optional(),
  minorStatus: z.string().optional(),
  code: z.enum(errorCodes).optional(),
  message: z.string(),
});

export const jobOperation = z.object({
  operationId: z.number().int(),
  action: z.enum([...jobActions, 'undo']),
  state: z.enum(operationStates),
  total: count,
  done: count,
  refused: count,
  undoable: count,
  /** null = nothing can be taken back (any more). */
  undoUntil: instant.nullable(),
  undoneBy: z.number().int().nullable(),
  undoes: z.number().int().nullable(),
  createdAt: instant,
  finishedAt: instant.nullable(),
  reason: z.string().nullable(),
});

const actionPreview = z.object({
  token: z.string(),
  expiresAt: instant,
  action: z.enum(jobActions),
  total: count,
  allowed: count,
  running: count,
  undoable: count,
  /** Beside the total: jobs of bulks that are made first; those that match then are acted on, too. */
  unmade: count,
  groups: z.array(
    z.object({ status: jobStatus, jobs: count, allowed: z.boolean(), reason: z.string().optional() }),
  ),
});

export const operationsRoutes = {
  'POST /bff/job-operations/preview': {
    summary: 'What an action would do to all jobs that match, and the token that starts just that',
    operationId: 'preview_job_operation',
    access: user,
    body: z.object({ action: z.enum(jobActions), search: z.array(searchCondition).max(100) }),
    success: { status: 200, body: actionPreview },
    errors: ['input.invalid'],
    example: {
      body: { action: 'kill', search: [{ parameter: 'Status', operator: 'eq', value: 'Waiting' }] },
    },
  },
  'POST /bff/job-operations': {
    summary: 'Start what was previewed; the same token again answers with the same operation',
    operationId: 'start_job_operation',
    access: user,
    body: z.object({ token: z.string().min(8).max(64) }),
    success: { status: 202, body: jobOperation },
    errors: ['input.invalid', 'not-found'],
    example: { body: { token: '6b8c2f0e-2a0c-4f2e-9a51-0c8a4d2f7e10' } },
  },
  'GET /bff/job-operations': {
    summary: 'Own operations, newest first',
    operationId: 'list_job_operations',
    access: user,
    success: { status: 200, body: z.object({ operations: z.array(jobOperation) }) },
    errors: [],
  },
  'GET /bff/job-operations/:operationId': {
    summary: 'One operation with its progress',
    operationId: 'get_job_operation',
    access: user,
    params: operationParams,
    success: { status: 200, body: jobOperation },
    errors: ['not-found'],
  },
  'GET /bff/job-operations/:operationId/verdicts': {
    summary: 'Verdicts by job id, those behind `after`; `ok` picks the done or the refused ones',
    operationId: 'list_job_operation_verdicts',
    access: user,
    params: operationParams,
    query: z.object({
      ok: z.stringbool().optional(),
      after: z.coerce.number().int().nonnegative().default(0),
      limit: z.coerce.number().int().min(1).max(1000).default(100),
    }),
    success: { status: 200, body: z.object({ verdicts: z.array(jobVerdict) }) },
    errors: ['not-found'],
  },
  'POST /bff/job-operations/:operationId/cancel': {
    summary: 'End an operation; what is done stays done',
    operationId: 'cancel_job_operation',
    access: user,
    params: operationParams,
    success: { status: 200, body: jobOperation },
    errors: ['not-found'],
  },
  'POST /bff/job-operations/:operationId/undo': {
    summary: 'Take an operation back where nothing else happened meanwhile: an operation of its own',
    operationId: 'undo_job_operation',
    access: user,
    params: operationParams,
    success: { status: 202, body: jobOperation },
    errors: ['not-found', 'conflict'],
  },
} as const satisfies RouteTable;
