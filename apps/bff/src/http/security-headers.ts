/**
 * Headers every answer has, and the content security policy of the portal's page (credentials.md §5.4).
 * Default deny: answers that are no page may load and do nothing.
 */
import { randomBytes } from 'node:crypto';
import helmet from 'helmet';
import type { RequestHandler } from 'express';

export interface SecurityHeaderOptions {
  readonly https: boolean;
  /** Origin of the identity provider: the log-in form may lead there. */
  readonly issuerOrigin: string | undefined;
}

/** For all but the portal's page. Worker scripts carry their own policy, hence the few grants. */
const apiPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "connect-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

export function securityHeaders({ https }: SecurityHeaderOptions): RequestHandler[] {
  return [
    helmet({
      contentSecurityPolicy: false,
      strictTransportSecurity: https ? { maxAge: 31_536_000, includeSubDomains: false } : false,
      referrerPolicy: { policy: 'no-referrer' },
      crossOriginEmbedderPolicy: false,
      crossOriginOpenerPolicy: { policy: 'same-origin' },
      crossOriginResourcePolicy: { policy: 'same-origin' },
      xFrameOptions: { action: 'deny' },
    }),
    (_request, response, next) => {
      response.setHeader('Content-Security-Policy', apiPolicy);
      response.setHeader(
        'Permissions-Policy',
        'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
      );
      next();
    },
  ];
}

export const makeNonce = (): string => randomBytes(16).toString('base64');

/** The grid and the editor write style elements at run time; they get the nonce by the page's meta element. */
export function pagePolicy(nonce: string, issuerOrigin: string | undefined): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "worker-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "manifest-src 'self'",
    `form-action 'self'${issuerOrigin === undefined ? '' : ` ${issuerOrigin}`}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
  ].join('; ');
}
