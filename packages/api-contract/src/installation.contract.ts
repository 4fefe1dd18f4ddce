/** What the portal needs to know of the installation, and health. */
import { z } from 'zod';
import type { RouteTable } from './route.ts';

const user = { kind: 'group' } as const;
const open = { kind: 'public' } as const;
const value = z.union([z.string(), z.number(), z.array(z.union([z.string(), z.number()]))]);
const probe = z.object({ status: z.string() });

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
        jobDescription: z.record(z.string(), z.unknown()),
        limits: z.record(z.string(), z.number()),
      }),
    },
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
