/**
 * The error body of our own faces (`/bff`, `/pilot/v1`, `/files`): application/problem+json, RFC 9457.
 * `/api` answers in DiracX's form instead, `{ "detail": … }` (rest-api.md §1.1), with our code beside it.
 */
import { z } from 'zod';
import { errorCodes } from '@wm/wms-core/vocabulary';

export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.enum(errorCodes),
  requestId: z.string(),
  /** Facts of the error: field, line, column, limit, … */
  details: z.record(z.string(), z.unknown()).optional(),
});

export type Problem = z.infer<typeof problem>;
