/** Notices on the account, such as a proxy that ends while jobs need it. */
import { z } from 'zod';
import type { RouteTable } from './route.ts';
import { instant } from './shapes.ts';

const user = { kind: 'group' } as const;

export const notice = z.object({
  noticeId: z.number().int(),
  kind: z.enum(['proxy', 'log-in']),
  level: z.enum(['info', 'warning', 'critical']),
  title: z.string(),
  message: z.string(),
  createdAt: instant,
  readAt: instant.nullable(),
});

export const noticesRoutes = {
  'GET /bff/notices': {
    summary: 'Notices on the own account, newest first',
    operationId: 'list_notices',
    access: user,
    success: { status: 200, body: z.object({ notices: z.array(notice) }) },
    errors: [],
  },
  'POST /bff/notices/read': {
    summary: 'Mark own notices as read',
    operationId: 'read_notices',
    access: user,
    body: z.object({ noticeIds: z.array(z.number().int()).max(1000) }),
    success: { status: 204 },
    errors: ['input.invalid'],
    example: { body: { noticeIds: [1] } },
  },
} as const satisfies RouteTable;
