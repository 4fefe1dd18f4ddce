/** The health of the installation for the portal; monitors use `/metrics` and `/metrics/health` instead. */
import { z } from 'zod';
import { healthGroups, healthStatuses, healthUnits } from '@wm/wms-core/vocabulary';
import type { RouteTable } from './route.ts';
import { instant } from './shapes.ts';

const finding = z.object({
  check: z.string(),
  title: z.string(),
  group: z.enum(healthGroups),
  status: z.enum(healthStatuses),
  subject: z.object({ kind: z.enum(['vo', 'site', 'agent']), name: z.string() }).nullable(),
  means: z.string(),
  toDo: z.string().nullable(),
  figure: z.object({ value: z.number(), unit: z.enum(healthUnits) }).nullable(),
  since: instant,
});

export const systemHealthRoutes = {
  'GET /bff/system/health': {
    summary: 'What the checks of the system found; site managers see what concerns their VO and its sites',
    operationId: 'get_system_health',
    access: { kind: 'group', anyOf: ['Operator', 'ServiceAdministrator', 'SiteManager'] },
    success: {
      status: 200,
      body: z.object({
        status: z.enum(healthStatuses),
        at: instant,
        findings: z.array(finding),
        /** The last hour, oldest first, one value every `stepS`; null for site managers. */
        figures: z
          .object({
            endsAt: instant.nullable(),
            stepS: z.number(),
            values: z.record(z.string(), z.array(z.number())),
          })
          .nullable(),
      }),
    },
    errors: [],
  },
} as const satisfies RouteTable;
