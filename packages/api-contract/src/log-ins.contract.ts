/** The log-ins of the own account: several identity providers may lead to it. */
import { z } from 'zod';
import type { RouteTable } from './route.ts';
import { instant } from './shapes.ts';

const session = { kind: 'session' } as const;

const linkedLogIn = z.object({
  logInId: z.string(),
  /** As in the page that lets choose; the issuer when it is configured no more. */
  provider: z.string(),
  issuer: z.string(),
  /** As the provider names the person. */
  person: z.string(),
  assurance: z.enum(['none', 'low', 'substantial', 'high']),
  linkedAt: instant,
  lastLogInAt: instant,
  isThisSession: z.boolean(),
});

/** An identity that was proved at its provider and waits for the person's word. */
const waitingLogIn = z.object({
  linkId: z.string(),
  provider: z.string(),
  issuer: z.string(),
  subject: z.string(),
  name: z.string().nullable(),
  email: z.string().nullable(),
  outlook: z.enum(['free', 'own', 'second', 'unused', 'taken']),
  /** User name of the account that has it. */
  takenBy: z.string().nullable(),
});

export const logInsRoutes = {
  'GET /bff/log-ins': {
    summary: 'The log-ins that lead to the own account, those that could, and one that waits to be linked',
    operationId: 'list_log_ins',
    access: session,
    success: {
      status: 200,
      body: z.object({
        logIns: z.array(linkedLogIn),
        providers: z.array(z.object({ id: z.string(), label: z.string() })),
        waiting: waitingLogIn.nullable(),
      }),
    },
    errors: [],
  },
  'POST /bff/log-ins/link': {
    summary: 'Begin to link a log-in at another identity provider; answers where to send the browser',
    operationId: 'begin_to_link_log_in',
    access: session,
    body: z.object({ provider: z.string().max(32), returnTo: z.string().max(2048).default('/') }),
    success: { status: 200, body: z.object({ url: z.string() }) },
    errors: ['access.rate-limited', 'access.stale-log-in', 'conflict', 'not-found', 'service.unavailable'],
    example: { body: { provider: 'iam', returnTo: '/' } },
  },
  'POST /bff/log-ins/decide': {
    summary: 'Link the identity that waits in this session, or dismiss it',
    operationId: 'decide_on_log_in',
    access: session,
    body: z.object({ linkId: z.string().max(64), decision: z.enum(['link', 'dismiss']) }),
    success: { status: 200, body: z.object({ logIn: linkedLogIn.nullable() }) },
    errors: ['conflict', 'not-found'],
    example: { body: { linkId: 'Zr5…', decision: 'link' } },
  },
  'DELETE /bff/log-ins/:logInId': {
    summary: 'Un-link a log-in and end its sessions; refused for the last one and for that of this session',
    operationId: 'unlink_log_in',
    access: session,
    params: z.object({ logInId: z.string().max(64) }),
    success: { status: 204 },
    errors: ['access.stale-log-in', 'conflict', 'not-found'],
  },
} as const satisfies RouteTable;
