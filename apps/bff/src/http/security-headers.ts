/**
 * Headers every answer has, and the content security policy of the portal's page (credentials.md §5.4).
 * Default deny: answers that are no page may load and do nothing.
 */
import { randomBytes } from 'node:crypto';
import helmet from 'helmet';
import type { RequestHandler } from 'express';

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

const permissions = 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()';

export function securityHeaders({ https }: { readonly https: boolean }): RequestHandler {
  const forBrowsers = helmet({
    contentSecurityPolicy: false,
    strictTransportSecurity: https ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    referrerPolicy: { policy: 'no-referrer' },
    crossOriginEmbedderPolicy: false,
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
  });
  return (request, response, next) => {
    response.setHeader('Content-Security-Policy', apiPolicy);
    // Pilots are no browsers and call the most often: a tenth of their call would be headers.
    if (request.path.startsWith('/pilot/')) {
      response.setHeader('X-Content-Type-Options', 'nosniff');
      next();
      return;
    }
    response.setHeader('Permissions-Policy', permissions);
    forBrowsers(request, response, next);
  };
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
