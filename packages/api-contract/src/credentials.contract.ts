/** Proxies: the wizard's request and answer, status, list. No private key or passphrase travels here. */
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
    summary: 'A proxy without a certificate, from the authority of this installation',
    operationId: 'issue_proxy',
    access: user,
    success: { status: 201, body: z.object({ proxy: storedProxy }) },
    errors: ['not-found', 'certificate.untrusted'],
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
  'DELETE /bff/proxies/:proxyId': {
    summary: 'Remove a proxy from the store',
    operationId: 'remove_proxy',
    access: user,
    params: z.object({ proxyId: z.string().max(64) }),
    success: { status: 204 },
    errors: ['not-found'],
  },
} as const satisfies RouteTable;
