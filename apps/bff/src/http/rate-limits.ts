/**
 * How often who may call what. Accounts are counted by their id, visitors by their address. Pilots are not
 * limited: their number is, by the director that starts them, and their token cannot be guessed.
 */
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import type { RequestHandler, Response } from 'express';
import { WmsError } from '@wm/wms-core/vocabulary';
import type { Route, RouteKey } from '@wm/api-contract';

export interface RateLimitSettings {
  readonly loginsPerMinute: number;
  readonly proxyUploadsPerMinute: number;
  readonly requestsPerMinute: number;
}

export interface RateLimits {
  /** The limiter of a route; undefined = not limited. */
  of(key: RouteKey, access: Route['access']): RequestHandler | undefined;
}

const accounts = new WeakMap<object, string>();

/** Says whose request it is; a visitor's is counted by his address. */
export function countAs(response: Response, accountId: string | undefined): void {
  if (accountId !== undefined) accounts.set(response, accountId);
}

export function limiter(perMinute: number, what: string): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: perMinute,
    standardHeaders: 'draft-7',
    legacyHeaders: false,
    keyGenerator: (request, response) =>
      accounts.get(response) ?? request.session?.signedIn?.accountId ?? ipKeyGenerator(request.ip ?? ''),
    handler: (_request, _response, next) => {
      next(
        new WmsError(
          'access.rate-limited',
          `At most ${perMinute} ${what} are allowed in a minute; try again in a moment.`,
          { limit: perMinute },
        ),
      );
    },
  });
}

const loginRoutes: readonly RouteKey[] = [
  'GET /bff/login',
  'GET /bff/callback',
  'GET /bff/login/certificate',
  'GET /bff/login/certificate/complete',
  'GET /bff/certificates/link',
  'POST /bff/log-ins/link',
  'GET /bff/proxies/log-in',
  'POST /api/auth/device',
  'GET /api/auth/device',
  'GET /api/auth/authorize',
];

export function createRateLimits(settings: RateLimitSettings): RateLimits {
  // Log-ins are counted by address even when a session exists: a new log-in ends it anyway.
  const logins = limiter(settings.loginsPerMinute, 'log-ins');
  const proxies = limiter(settings.proxyUploadsPerMinute, 'changes to proxies');
  const requests = limiter(settings.requestsPerMinute, 'requests');
  return {
    of(key, access) {
      if (access.kind === 'pilot' || access.kind === 'signed' || key.includes('/health/')) return undefined;
      if (loginRoutes.includes(key)) return logins;
      if (key.includes('/bff/proxies') && !key.startsWith('GET ')) return proxies;
      return requests;
    },
  };
}
