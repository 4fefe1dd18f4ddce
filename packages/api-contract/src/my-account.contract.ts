/** What a user sees of his own account beside jobs: where he is logged in, and what was done with it. */
import { z } from 'zod';
import { auditActions } from '@wm/wms-core/vocabulary';
import type { RouteTable } from './route.ts';
import { instant } from './shapes.ts';

const session = { kind: 'session' } as const;

export const ownSession = z.object({
  sessionId: z.string(),
  isThisOne: z.boolean(),
  createdAt: instant,
  lastActiveAt: instant,
  idleEndsAt: instant,
  absoluteEndsAt: instant,
  loginWay: z.string(),
  address: z.string(),
  agent: z.string(),
});

const auditAction = z.enum(
  Object.keys(auditActions) as [keyof typeof auditActions, ...(keyof typeof auditActions)[]],
);

export const auditEvent = z.object({
  auditId: z.number().int(),
  at: instant,
  action: auditAction,
  actor: z.string(),
  actorGroup: z.string(),
  way: z.string().nullable(),
  address: z.string().nullable(),
  requestId: z.string().nullable(),
  target: z.string().nullable(),
  vo: z.string().nullable(),
  subjectDn: z.string().nullable(),
  result: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number()])),
});

const auditPage = z.object({
  beforeId: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

export const myAccountRoutes = {
  'GET /bff/sessions': {
    summary: 'Where the account is logged in',
    operationId: 'list_sessions',
    access: session,
    success: { status: 200, body: z.object({ sessions: z.array(ownSession) }) },
    errors: [],
  },
  'DELETE /bff/sessions/:sessionId': {
    summary: 'End one of the own sessions; `others` ends all but this one',
    operationId: 'end_session',
    access: session,
    params: z.object({ sessionId: z.string().max(64) }),
    success: { status: 200, body: z.object({ ended: z.number().int() }) },
    errors: ['not-found'],
  },
  'GET /bff/audit': {
    summary: 'What the account did and what was done to it, newest first',
    operationId: 'list_own_audit',
    access: session,
    query: auditPage,
    success: { status: 200, body: z.object({ events: z.array(auditEvent) }) },
    errors: [],
  },
  'GET /bff/audit/vo': {
    summary: 'What was done in the VO, newest first',
    operationId: 'list_vo_audit',
    access: { kind: 'group', anyOf: ['UserManager', 'ProxyManagement', 'CSAdministrator'] },
    query: auditPage,
    success: { status: 200, body: z.object({ events: z.array(auditEvent) }) },
    errors: [],
  },
  'GET /bff/audit/export': {
    summary: 'Rows of the audit log after `afterId` with their hashes as JSON lines, oldest first',
    operationId: 'export_audit',
    access: { kind: 'group', anyOf: ['CSAdministrator'] },
    query: z.object({ afterId: z.coerce.number().int().nonnegative().default(0) }),
    success: { status: 200, mediaType: 'application/jsonl' },
    errors: [],
  },
} as const satisfies RouteTable;
