/**
 * Bulks: many jobs in one call, made after the answer. The ids are known from the start; `expanded` says how many
 * jobs there are so far (docs/explanation/bulk-submission.md).
 */
import { z } from 'zod';
import { bulkStates } from '@wm/wms-core/vocabulary';
import type { RouteTable } from './route.ts';
import { instant } from './shapes.ts';

const user = { kind: 'group' } as const;
const bulkParams = z.object({ bulkId: z.coerce.number().int().positive() });

const bulk = z.object({
  bulkId: z.number().int(),
  state: z.enum(bulkStates),
  /** Why it was abandoned. */
  reason: z.string().nullable(),
  firstJobId: z.number().int(),
  jobCount: z.number().int(),
  expanded: z.number().int(),
  isSettled: z.boolean(),
  owner: z.string(),
  ownerGroup: z.string(),
  jobName: z.string(),
  jobGroup: z.string(),
  createdAt: instant,
  confirmUntil: instant.nullable(),
});

const warning = z.object({
  /** Which description of the call, from 0. */
  index: z.number().int(),
  /** Empty when the text as such is meant. */
  attribute: z.string(),
  line: z.number().int(),
  column: z.number().int(),
  message: z.string(),
});

export const bulksRoutes = {
  'POST /bff/bulks': {
    summary: 'Submit many jobs in one call: one sweep, or many descriptions. Jobs are made after the answer',
    operationId: 'submit_bulk',
    access: { kind: 'group', anyOf: ['NormalUser'] },
    body: z.object({ jdls: z.array(z.string()).min(1), confirm: z.boolean().default(false) }),
    success: { status: 201, body: bulk.extend({ warnings: z.array(warning) }) },
    errors: [
      'input.invalid',
      'input.too-large',
      'conflict',
      'jdl.syntax',
      'jdl.invalid',
      'jdl.too-large',
      'jobs.too-many',
      'proxy.missing',
      'proxy.expired',
      'proxy.short',
      'sandbox.not-found',
    ],
    example: {
      body: {
        jdls: ['[ Executable = "/bin/echo"; Arguments = "%s"; Parameters = 100000; ParameterStep = 1; ]'],
        confirm: true,
      },
    },
    maxBodyBytes: 8_388_608,
  },
  'GET /bff/bulks': {
    summary: 'Own bulks, newest first, at most 20',
    operationId: 'list_bulks',
    access: user,
    success: { status: 200, body: z.object({ bulks: z.array(bulk) }) },
    errors: [],
  },
  'GET /bff/bulks/:bulkId': {
    summary: 'One bulk: how far it is',
    operationId: 'get_bulk',
    access: user,
    params: bulkParams,
    success: { status: 200, body: bulk },
    errors: ['not-found'],
  },
  'POST /bff/bulks/:bulkId/confirm': {
    summary: 'Let the jobs of a bulk start; harmless when it was confirmed before',
    operationId: 'confirm_bulk',
    access: user,
    params: bulkParams,
    success: { status: 200, body: bulk },
    errors: ['not-found', 'access.denied', 'conflict'],
  },
  'POST /bff/bulks/:bulkId/abandon': {
    summary: 'Nothing of a bulk starts any more; jobs that wait or run are killed',
    operationId: 'abandon_bulk',
    access: user,
    params: bulkParams,
    success: { status: 200, body: bulk },
    errors: ['not-found', 'access.denied'],
  },
} as const satisfies RouteTable;
