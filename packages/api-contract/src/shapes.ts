/** Shapes used by several nouns. */
import { z } from 'zod';
import { jobStatuses } from '@wm/wms-core/vocabulary';

/** ISO 8601 with Z. */
export const instant = z.string();
export const jobId = z.coerce.number().int().positive();
export const jobIdParams = z.object({ jobId });
export const jobStatus = z.enum(jobStatuses);

const scalar = z.union([z.string(), z.number(), z.boolean()]);

/** DiracX search grammar (rest-api.md §1.5). Unknown keys are ignored. */
export const searchCondition = z.union([
  z.object({ parameter: z.string(), operator: z.enum(['in', 'not in']), values: z.array(scalar) }),
  z.object({
    parameter: z.string(),
    operator: z.enum(['eq', 'neq', 'gt', 'lt', 'like', 'not like', 'regex']),
    value: scalar,
  }),
]);

export const searchBody = z
  .object({
    parameters: z.array(z.string()).nullish(),
    search: z.array(searchCondition).default([]),
    sort: z.array(z.object({ parameter: z.string(), direction: z.enum(['asc', 'desc']) })).default([]),
    distinct: z.boolean().default(false),
  })
  .prefault({});

export const pageQuery = z.object({
  page: z.coerce.number().int().min(1).default(1),
  per_page: z.coerce.number().int().min(1).max(10_000).default(100),
});

export const summaryBody = z.object({
  grouping: z.array(z.string()),
  search: z.array(searchCondition).default([]),
});

export const rowsAnswer = z.array(z.record(z.string(), z.unknown()));
