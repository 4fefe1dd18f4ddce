/** Sites, computing elements and batch queues: how they are, and what site managers say of them. */
import { z } from 'zod';
import { elementStatuses, pilotDecisionStates } from '@wm/wms-core/vocabulary';
import type { RouteTable } from './route.ts';
import { instant } from './shapes.ts';

const anybody = { kind: 'group' } as const;
const manager = { kind: 'group', anyOf: ['SiteManager'] } as const;

/** Empty names: the whole site, the whole computing element. */
const element = z.object({
  site: z.string().min(1).max(200),
  computingElement: z.string().max(200).default(''),
  batchQueue: z.string().max(200).default(''),
});

const named = z.object({ site: z.string(), computingElement: z.string(), batchQueue: z.string() });

const word = named.extend({
  status: z.enum(elementStatuses),
  reason: z.string(),
  setBy: z.string(),
  setAt: instant,
  until: instant.nullable(),
});

const batchQueue = named.extend({
  type: z.string(),
  status: z.enum(elementStatuses),
  /** Empty when nobody said. */
  statusReason: z.string(),
  word: word.nullable(),
  isOpen: z.boolean(),
  maxTotalPilots: z.number().int(),
  pilots: z.object({ waiting: z.number().int(), idle: z.number().int(), busy: z.number().int() }),
  director: z
    .object({
      state: z.enum(pilotDecisionStates),
      decidedAt: instant,
      blockedUntil: instant.nullable(),
      failure: z.string().nullable(),
      /** Seconds that pilots usually wait for their start; null while none has started. */
      leadTimeS: z.number().nullable(),
    })
    .nullable(),
});

export const sitesRoutes = {
  'GET /bff/sites': {
    summary:
      'The batch queues that serve the VO, with status, pilots of the VO and what the pilot director decided',
    operationId: 'list_sites',
    access: anybody,
    success: { status: 200, body: z.object({ queues: z.array(batchQueue) }) },
    errors: [],
  },
  'GET /bff/sites/:site/statuses': {
    summary: 'What was said of a site, its computing elements and batch queues, newest first',
    operationId: 'list_site_statuses',
    access: anybody,
    params: z.object({ site: z.string() }),
    success: {
      status: 200,
      body: z.object({
        statuses: z.array(word.extend({ endedAt: instant.nullable(), endedBy: z.string().nullable() })),
      }),
    },
    errors: ['not-found'],
  },
  'POST /bff/sites/statuses': {
    summary: 'Ban, allow or degrade a site, computing element or batch queue, with a reason and an end',
    operationId: 'set_site_status',
    access: manager,
    body: element.extend({
      status: z.enum(elementStatuses),
      reason: z.string().max(2000),
      until: z.iso.datetime().nullable().default(null),
    }),
    success: { status: 204 },
    errors: ['input.invalid', 'not-found', 'access.denied'],
    example: { body: { site: 'EGI.Demo.org', status: 'Banned', reason: 'Power cut' } },
  },
  'POST /bff/sites/statuses/end': {
    summary: 'Let the configuration decide again',
    operationId: 'end_site_status',
    access: manager,
    body: element,
    success: { status: 204 },
    errors: ['not-found', 'access.denied'],
    example: { body: { site: 'EGI.Demo.org' } },
  },
} as const satisfies RouteTable;
