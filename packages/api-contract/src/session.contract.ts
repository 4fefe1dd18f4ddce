/** Welcome, log-in, who am I, live events, the user's own documents. */
import { z } from 'zod';
import { groupProperties } from '@wm/wms-core/vocabulary';
import type { RouteTable } from './route.ts';
import { instant } from './shapes.ts';

const session = { kind: 'session' } as const;
const user = { kind: 'group' } as const;
const open = { kind: 'public' } as const;

/** Refused with 400 by the handler, as the standard says, when it is missing. */
const logOutForm = {
  body: z.object({ logout_token: z.string().max(16_384).default('') }),
  bodyForm: 'urlencoded',
  maxBodyBytes: 32_768,
  example: { body: { logout_token: 'eyJ…' } },
} as const;

const documentKind = z.enum(['layout', 'note', 'settings']);
const documentName = z.string().min(1).max(128);
const userDocument = z.object({
  kind: documentKind,
  name: z.string(),
  revision: z.number().int(),
  body: z.unknown(),
  updatedAt: instant,
});

export const membership = z.object({
  group: z.string(),
  vo: z.string(),
  properties: z.array(z.enum(groupProperties)),
});

export const me = z.object({
  accountId: z.string(),
  userName: z.string(),
  displayName: z.string(),
  email: z.string().nullable(),
  distinguishedNames: z.array(z.string()),
  memberships: z.array(membership),
  /** Null when the account is in no group (unregistered). */
  activeGroup: z.string().nullable(),
  csrfToken: z.string(),
  /** The session ends at this instant unless the user does something before. */
  idleEndsAt: instant,
  absoluteEndsAt: instant,
  loginWay: z.string(),
});

export const sessionRoutes = {
  'GET /bff/welcome': {
    summary: 'What a visitor may know: name, links, ways to log in, demo material',
    operationId: 'get_welcome',
    access: open,
    success: {
      status: 200,
      body: z.object({
        name: z.string(),
        welcome: z.string(),
        version: z.string(),
        links: z.array(z.object({ label: z.string(), url: z.string() })),
        supportEmail: z.string().nullable(),
        /** Where programs come with a certificate or proxy; null = nowhere. */
        certificateOrigin: z.string().nullable(),
        logins: z.array(
          z.object({
            way: z.enum(['checkin', 'certificate']),
            /** For `GET /bff/login`; null for other ways. */
            provider: z.string().nullable(),
            label: z.string(),
            available: z.boolean(),
            reason: z.string().nullable(),
            standIn: z.boolean(),
          }),
        ),
        demo: z
          .object({
            users: z.array(
              z.object({
                userName: z.string(),
                displayName: z.string(),
                password: z.string(),
                groups: z.array(z.string()),
              }),
            ),
            certificates: z.array(
              z.object({
                fileName: z.string(),
                url: z.string(),
                passphrase: z.string(),
                userName: z.string(),
                encoding: z.enum(['legacy', 'modern']),
              }),
            ),
          })
          .nullable(),
      }),
    },
    errors: [],
  },
  'GET /bff/demo/certificates/:fileName': {
    summary: 'A .p12 of the throw-away CA; only in demo installations',
    operationId: 'get_demo_certificate',
    access: open,
    params: z.object({ fileName: z.string().regex(/^[a-z0-9.-]+\.p12$/) }),
    success: { status: 200, mediaType: 'application/x-pkcs12' },
    errors: ['not-found'],
  },
  'GET /bff/login': {
    summary: 'Go to the identity provider',
    operationId: 'log_in',
    access: open,
    /** Without `provider` and with several of them the browser goes to the page that lets choose. */
    query: z.object({ returnTo: z.string().max(2048).default('/'), provider: z.string().max(32).optional() }),
    success: { status: 302 },
    errors: ['access.rate-limited', 'not-found', 'service.unavailable'],
  },
  'GET /bff/callback': {
    summary: 'Return from the identity provider',
    operationId: 'log_in_callback',
    access: open,
    success: { status: 302 },
    errors: ['access.unauthenticated'],
  },
  'GET /bff/login/certificate': {
    summary: 'Go to the certificate port to log in with a certificate',
    operationId: 'log_in_with_certificate',
    access: open,
    query: z.object({ returnTo: z.string().max(2048).default('/') }),
    success: { status: 302 },
    errors: ['access.rate-limited', 'not-found'],
  },
  'GET /bff/login/certificate/complete': {
    summary: 'Return from the certificate port, to log in or to link',
    operationId: 'complete_certificate',
    access: open,
    query: z.object({ code: z.string().max(128) }),
    success: { status: 302 },
    errors: ['access.unauthenticated', 'certificate.unlinked', 'certificate.wrong-owner'],
  },
  'POST /bff/logout': {
    summary: 'End the session',
    operationId: 'log_out',
    access: session,
    success: {
      status: 200,
      /** Where the browser ends its session at the identity provider too; null when that offers none or is away. */
      body: z.object({ endSessionUrl: z.string().nullable() }),
    },
    errors: [],
  },
  'POST /auth/backchannel-logout': {
    summary: 'The identity provider of the settings says that a session is over (Back-Channel Logout 1.0)',
    operationId: 'back_channel_log_out',
    access: open,
    ...logOutForm,
    success: { status: 200 },
    errors: ['input.invalid'],
  },
  'POST /auth/backchannel-logout/:provider': {
    summary: 'The same from another identity provider of the configuration',
    operationId: 'back_channel_log_out_of_provider',
    access: open,
    params: z.object({ provider: z.string().max(32) }),
    ...logOutForm,
    success: { status: 200 },
    errors: ['input.invalid', 'not-found'],
  },
  'GET /bff/me': {
    summary: 'The account, its groups and the session',
    operationId: 'get_me',
    access: session,
    success: { status: 200, body: me },
    errors: ['access.unauthenticated'],
  },
  'POST /bff/me/group': {
    summary: 'Change the default group of the session',
    operationId: 'set_group',
    access: session,
    body: z.object({ group: z.string().max(64) }),
    success: { status: 200, body: me },
    errors: ['access.denied'],
    example: { body: { group: 'training_user' } },
  },
  'POST /bff/me/touch': {
    summary: 'Stay signed in: counts as activity and nothing else',
    operationId: 'touch_session',
    access: session,
    success: { status: 200, body: z.object({ idleEndsAt: instant, absoluteEndsAt: instant }) },
    errors: ['access.unauthenticated'],
  },
  'GET /bff/events': {
    summary: 'Server-sent events: ids of what changed, never content',
    operationId: 'stream_events',
    access: user,
    query: z.object({ group: z.string().max(64).optional() }),
    success: { status: 200, mediaType: 'text/event-stream' },
    errors: ['access.unauthenticated'],
  },
  'GET /bff/documents/:kind': {
    summary: 'The own documents of one kind',
    operationId: 'list_documents',
    access: user,
    params: z.object({ kind: documentKind }),
    success: { status: 200, body: z.object({ documents: z.array(userDocument) }) },
    errors: [],
  },
  'PUT /bff/documents/:kind/:name': {
    summary: 'Store a document; `revision` is the one last read, 0 for a new one',
    operationId: 'put_document',
    access: user,
    params: z.object({ kind: documentKind, name: documentName }),
    body: z.object({ revision: z.number().int().nonnegative(), body: z.unknown() }),
    success: { status: 200, body: userDocument },
    errors: ['conflict', 'input.too-large'],
    example: { body: { revision: 0, body: { text: 'Remember the milk' } } },
  },
  'DELETE /bff/documents/:kind/:name': {
    summary: 'Remove a document',
    operationId: 'remove_document',
    access: user,
    params: z.object({ kind: documentKind, name: documentName }),
    success: { status: 204 },
    errors: [],
  },
} as const satisfies RouteTable;
