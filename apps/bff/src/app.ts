/**
 * The Express app from given parts, not listening: `server.ts` gives it a port, tests drive it over HTTP.
 * Order matters: headers, session, contract routes, the stand-in Check-in, the portal, errors.
 */
import express, { type Express } from 'express';
import type { Core } from '@wm/wms-core/vocabulary';
import type { Clock } from '@wm/wms-core/clock';
import type { Database } from '@wm/wms-core/database';
import type { Logger } from '@wm/wms-core/logger';
import { createAccess } from './auth/access.ts';
import { createIdTokenSeal } from './auth/id-token-seal.ts';
import type { IdentityProviders } from './auth/identity-providers.ts';
import { createRevokedSessions, type RevokedSessions } from './auth/revoked-sessions.ts';
import { SessionStore, type SessionLimits } from './auth/session-store.ts';
import { sessionMiddleware } from './auth/session.ts';
import { standInPath, type StandInCheckin } from './auth/stand-in/stand-in.ts';
import { createWrongCodes } from './auth/wrong-codes.ts';
import { bindContract } from './http/bind-contract.ts';
import { errorHandler, unknownRoute } from './http/errors.ts';
import { ownHostOnly } from './http/own-host.ts';
import { portalFiles } from './http/portal-files.ts';
import { createRateLimits, type RateLimitSettings } from './http/rate-limits.ts';
import { requestContext } from './http/request-context.ts';
import { securityHeaders } from './http/security-headers.ts';
import type { Installation } from './installation.ts';
import { createLiveStreams, type LiveStreams } from './live/live-streams.ts';
import type { EventLoopLag } from './metrics/event-loop.ts';
import { metricsDoor } from './metrics/metrics-door.ts';
import type { PrometheusMetrics } from './metrics/prometheus.adapter.ts';
import { createServerWatch, type ServerWatch } from './metrics/server-watch.ts';
import { createHandlers } from './routes/index.ts';

export interface AppParts {
  readonly core: Core;
  /** For sessions only; everything else goes through the use-cases. */
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly identityProviders: IdentityProviders;
  readonly standIn: StandInCheckin | undefined;
  readonly installation: Installation;
  readonly metrics: PrometheusMetrics;
  readonly eventLoop?: EventLoopLag;
  /** Undefined = there is no `/metrics`. */
  readonly metricsToken: string | undefined;
  readonly publicOrigin: string;
  readonly issuerOrigin: string | undefined;
  readonly sessionSecret: string;
  /** Folder of the built portal. */
  readonly portalFolder: string;
  readonly settings: SessionLimits & RateLimitSettings & { readonly trustProxy: number };
  /** Aborted when the server begins to stop. */
  readonly stopping?: AbortSignal;
  /** Intervals of the event streams; tests shorten them. */
  readonly live?: { readonly helloMs?: number; readonly windowMs?: number };
}

export interface App {
  readonly express: Express;
  readonly streams: LiveStreams;
  readonly sessions: SessionStore;
  readonly watch: ServerWatch;
  readonly revokedSessions: RevokedSessions;
}

function watchOf(parts: AppParts, sessions: SessionStore, streams: LiveStreams): ServerWatch {
  const { core, clock, log, metrics, eventLoop } = parts;
  return createServerWatch({
    core,
    clock,
    log,
    metrics,
    eventLoop,
    version: parts.installation.version,
    engine: parts.database.engine,
    sessions: () => sessions.countAlive(),
    eventStreams: () => streams.count(),
  });
}

export function createApp(parts: AppParts): App {
  const { core, clock, log, publicOrigin, settings, issuerOrigin } = parts;
  const https = publicOrigin.startsWith('https:');
  const sessions = new SessionStore(parts.database, clock, settings);
  const streams = createLiveStreams({
    events: core.events,
    accounts: core.accounts,
    sessions,
    clock,
    ...parts.live,
  });
  const watch = watchOf(parts, sessions, streams);
  const revokedSessions = createRevokedSessions({ core, sessions, log });

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', settings.trustProxy);
  app.set('query parser', 'simple');
  app.use(requestContext(log, parts.stopping ?? new AbortController().signal));
  app.use(securityHeaders({ https }));
  if (parts.standIn !== undefined) app.use(['/bff', standInPath], ownHostOnly(publicOrigin));
  app.use(['/bff', '/api'], sessionMiddleware(sessions, { secret: parts.sessionSecret, https }));

  const handlers = createHandlers({
    core,
    sessions,
    identityProviders: parts.identityProviders,
    idTokenSeal: createIdTokenSeal(parts.sessionSecret),
    wrongCodes: createWrongCodes(parts.database, clock),
    clock,
    https,
    installation: parts.installation,
    streams,
    publicOrigin,
    figures: () => watch.figures(),
  });
  bindContract(app, handlers, {
    access: createAccess({
      accounts: core.accounts,
      certificates: core.certificates,
      tokens: core.tokens,
      pilots: core.pilots,
      sessions,
      revokedSessions,
    }),
    rateLimits: createRateLimits(settings),
    publicOrigin,
    answered: (route, code, tookMs) => watch.answered(route, code, tookMs),
  });
  if (parts.metricsToken !== undefined)
    app.use(metricsDoor({ ...watch, token: parts.metricsToken, contentType: parts.metrics.contentType }));
  app.use(['/metrics', '/.well-known', '/api', '/auth', '/bff', '/pilot', '/files'], unknownRoute);
  if (parts.standIn !== undefined) app.use(standInPath, parts.standIn.router);
  app.use(portalFiles({ folder: parts.portalFolder, issuerOrigin, publicOrigin }));
  app.use(unknownRoute);
  app.use(errorHandler);
  return { express: app, streams, sessions, watch, revokedSessions };
}
