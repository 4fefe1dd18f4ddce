/** What the portal needs to know of the installation, and health. */
import { z } from 'zod';
import { defaultJobLimits, jobLimitNames, type JobLimitName, type JobLimits } from '@wm/wms-core/vocabulary';
import type { RouteTable } from './route.ts';

const user = { kind: 'group' } as const;
const open = { kind: 'public' } as const;
const value = z.union([z.string(), z.number(), z.array(z.union([z.string(), z.number()]))]);
const probe = z.object({ status: z.string() });

/** Every limit of job descriptions by its name; see docs/reference/jdl.md. */
const jobLimitValues = z.object(
  Object.fromEntries(
    jobLimitNames.map((name) => [
      name,
      typeof defaultJobLimits[name] === 'number' ? z.number() : z.array(z.string()),
    ]),
  ) as unknown as { [Name in JobLimitName]: z.ZodType<Mutable<JobLimits[Name]>, Mutable<JobLimits[Name]>> },
);

type Mutable<T> = T extends readonly (infer Item)[] ? Item[] : T;

/** An attribute of job descriptions with the numbers that hold for the group. Bounds of a size are in MiB. */
const effectiveAttribute = z.object({
  name: z.string(),
  type: z.enum(['text', 'integer', 'number', 'boolean', 'list', 'size']),
  unit: z.string().optional(),
  default: z.string().optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  maxLength: z.number().optional(),
  maxItems: z.number().optional(),
  choices: z.array(z.string()).optional(),
  help: z.string(),
});

export const installationRoutes = {
  'GET /bff/launchpad': {
    summary: 'Job list, limits, sites and platforms for the Job Launchpad, as this VO sees them',
    operationId: 'get_launchpad',
    access: user,
    success: {
      status: 200,
      body: z.object({
        sets: z.array(
          z.object({
            name: z.string(),
            description: z.string(),
            parameters: z.record(z.string(), value),
            files: z.record(z.string(), z.string()),
          }),
        ),
        sites: z.array(z.string()),
        platforms: z.array(z.string()),
        jobDescription: jobLimitValues,
        limits: z.record(z.string(), z.number()),
      }),
    },
    errors: [],
  },
  'GET /bff/installation/limits': {
    summary: 'Limits and defaults of job descriptions and sandboxes that hold for the group',
    operationId: 'get_installation_limits',
    access: user,
    success: {
      status: 200,
      body: z.object({
        jobDescription: jobLimitValues,
        sandboxes: z.record(z.string(), z.number()),
        attributes: z.array(effectiveAttribute),
      }),
    },
    errors: [],
  },
  'GET /bff/cli': {
    summary: 'The command line as one file for Node.js 20 and newer',
    operationId: 'get_command_line',
    access: open,
    success: { status: 200, mediaType: 'text/javascript' },
    errors: [],
  },
  'GET /api/health/live': {
    summary: 'The process answers',
    operationId: 'health_live',
    access: open,
    success: { status: 200, body: probe },
    errors: [],
  },
  'GET /api/health/ready': {
    summary: 'Database, disk and configuration are usable',
    operationId: 'health_ready',
    access: open,
    success: { status: 200, body: probe },
    errors: ['service.unavailable'],
  },
  'GET /api/health/startup': {
    summary: 'Start-up is over',
    operationId: 'health_startup',
    access: open,
    success: { status: 200, body: probe },
    errors: ['service.unavailable'],
  },
  'GET /api/openapi.json': {
    summary: 'This interface as OpenAPI document',
    operationId: 'openapi',
    access: open,
    success: { status: 200, mediaType: 'application/json' },
    errors: [],
  },
} as const satisfies RouteTable;
