/** Proxies: the wizard's request and answer, status, list, hand-out. No private key or passphrase travels here. */
import { z } from 'zod';
import type { RouteTable } from './route.ts';
import { instant } from './shapes.ts';

const user = { kind: 'group' } as const;
const session = { kind: 'session' } as const;

export const storedProxy = z.object({
  proxyId: z.string(),
  userName: z.string(),
  subjectDn: z.string(),
  issuerDn: z.string(),
  groups: z.array(z.string()),
  validUntil: instant,
  createdAt: instant,
  isRevoked: z.boolean(),
  lastUsedAt: instant.nullable(),
});

export const proxyStatus = z.object({
  state: z.enum(['Valid', 'Not Valid']),
  reason: z
    .enum(['NONE', 'SHORT', 'EXPIRED', 'REVOKED', 'NOT_LINKED', 'GROUP', 'SUSPENDED', 'VOMS'])
    .optional(),
  message: z.string(),
  validUntil: instant.nullable(),
  /** A proxy can be had without a certificate. */
  canIssue: z.boolean(),
  /** Who gives it; null when nobody does. `needsLogIn`: first go to `GET /bff/proxies/log-in`. */
  provider: z.object({ name: z.string(), needsLogIn: z.boolean() }).nullable(),
});

const linkedCertificate = z.object({
  certificateId: z.string(),
  subjectDn: z.string(),
  issuerDn: z.string(),
  source: z.enum(['configuration', 'upload', 'issued', 'log-in', 'provider']),
  linkedAt: instant,
});

export const credentialsRoutes = {
  'POST /bff/proxies/requests': {
    summary: 'Ask for a CSR; the server keeps the key, the request lives 300 s',
    operationId: 'request_proxy',
    access: user,
    success: {
      status: 201,
      body: z.object({ requestId: z.string(), csrPem: z.string(), expiresAt: instant }),
    },
    errors: ['access.rate-limited'],
  },
  'PUT /bff/proxies/requests/:requestId': {
    summary:
      'Hand in the proxy that the browser signed: proxy, certificate, intermediates as PEM; groups it serves (absent: all)',
    operationId: 'complete_proxy',
    access: user,
    params: z.object({ requestId: z.string().max(64) }),
    body: z.object({
      chainPem: z.string().max(65_536),
      // absent = all groups the owner is in, now and later
      groups: z.array(z.string().min(1).max(255)).min(1).max(64).optional(),
    }),
    success: { status: 200, body: z.object({ proxy: storedProxy, kept: z.boolean() }) },
    errors: [
      'input.invalid',
      'not-found',
      'conflict',
      'proxy.invalid',
      'proxy.short',
      'proxy.request-expired',
      'certificate.expired',
      'certificate.not-yet-valid',
      'certificate.revoked',
      'certificate.untrusted',
      'certificate.wrong-owner',
      'certificate.malformed',
    ],
    example: {
      body: {
        chainPem: '-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----\n',
        groups: ['training_user'],
      },
    },
  },
  'GET /bff/certificates': {
    summary: 'The certificates linked to the own account',
    operationId: 'list_certificates',
    access: session,
    success: { status: 200, body: z.object({ certificates: z.array(linkedCertificate) }) },
    errors: [],
  },
  'GET /bff/certificates/link': {
    summary: 'Go to the certificate port to link a certificate to the own account',
    operationId: 'link_certificate',
    access: session,
    query: z.object({ returnTo: z.string().max(2048).default('/') }),
    success: { status: 200, mediaType: 'text/html' },
    errors: ['access.rate-limited', 'not-found'],
  },
  'DELETE /bff/certificates/:certificateId': {
    summary: 'Un-link a certificate; refused for the last way in',
    operationId: 'unlink_certificate',
    access: session,
    params: z.object({ certificateId: z.string().max(64) }),
    success: { status: 204 },
    errors: ['not-found', 'conflict'],
  },
  'POST /bff/proxies/issue': {
    summary:
      'A proxy without a certificate, from the authority of this installation or the provider of proxies',
    operationId: 'issue_proxy',
    access: user,
    success: { status: 201, body: z.object({ proxy: storedProxy }) },
    errors: [
      'not-found',
      'access.denied',
      'proxy.missing',
      'proxy.invalid',
      'proxy.short',
      'certificate.expired',
      'certificate.not-yet-valid',
      'certificate.revoked',
      'certificate.untrusted',
      'certificate.wrong-owner',
      'certificate.malformed',
      'service.unavailable',
    ],
  },
  'GET /bff/proxies/log-in': {
    summary: 'Go to the provider of proxies and log in there, so that it gives proxies to the own account',
    operationId: 'log_in_at_proxy_provider',
    access: session,
    query: z.object({ returnTo: z.string().max(2048).default('/') }),
    success: { status: 302 },
    errors: ['access.rate-limited', 'not-found', 'service.unavailable'],
  },
  'GET /bff/issuing-authority/:fileName': {
    summary: 'Certificate, revocation list and name space of the authority of this installation',
    operationId: 'get_issuing_authority_file',
    access: { kind: 'public' },
    params: z.object({ fileName: z.string().max(64) }),
    success: { status: 200, mediaType: 'application/x-pem-file' },
    errors: ['not-found'],
  },
  'GET /bff/proxies/status': {
    summary: 'Is there a proxy that lasts long enough to run a job in this group?',
    operationId: 'get_proxy_status',
    access: user,
    success: { status: 200, body: proxyStatus },
    errors: [],
  },
  'GET /bff/proxies': {
    summary: 'Own proxies; with ProxyManagement those of the VO',
    operationId: 'list_proxies',
    access: user,
    success: { status: 200, body: z.object({ proxies: z.array(storedProxy) }) },
    errors: [],
  },
  'GET /bff/proxies/group': {
    summary: 'What holds for proxies of the group the caller acts in, for programs that make them',
    operationId: 'get_group_proxy_terms',
    access: user,
    success: {
      status: 200,
      body: z.object({
        userName: z.string(),
        vo: z.string(),
        group: z.string(),
        properties: z.array(z.string()),
        isUploadedByItself: z.boolean(),
        isHandedOut: z.boolean(),
        /** Attributes that VOMS may be asked for; `isAdded`: they are in every proxy of the group. */
        voms: z.object({ vo: z.string(), fqan: z.string(), isAdded: z.boolean() }).nullable(),
      }),
    },
    errors: [],
  },
  'POST /bff/proxies/take': {
    summary:
      'Take a proxy out of the store: send a CSR, get a signed chain; the private key stays with the caller',
    operationId: 'take_proxy',
    access: user,
    body: z.object({
      csrPem: z.string().max(16_384),
      // absent = the caller's own
      userName: z.string().min(1).max(255).optional(),
      // absent = the group the caller acts in
      group: z.string().min(1).max(255).optional(),
      lifetimeS: z.int().min(600).max(31_536_000).optional(),
      isLimited: z.boolean().optional(),
      wantsVoms: z.boolean().optional(),
    }),
    success: {
      status: 201,
      body: z.object({
        chainPem: z.string(),
        validUntil: instant,
        userName: z.string(),
        group: z.string(),
        isLimited: z.boolean(),
        fqans: z.array(z.string()),
      }),
    },
    errors: [
      'access.denied',
      'access.stale-log-in',
      'input.invalid',
      'proxy.missing',
      'proxy.expired',
      'configuration.invalid',
      'service.unavailable',
    ],
    example: {
      body: {
        csrPem: '-----BEGIN CERTIFICATE REQUEST-----\n…\n-----END CERTIFICATE REQUEST-----\n',
        lifetimeS: 43_200,
      },
    },
  },
  'DELETE /bff/proxies/:proxyId': {
    summary: 'Remove a proxy from the store',
    operationId: 'remove_proxy',
    access: user,
    params: z.object({ proxyId: z.string().max(64) }),
    success: { status: 204 },
    errors: ['not-found'],
  },
} as const satisfies RouteTable;
