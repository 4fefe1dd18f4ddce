/** Every handler of the server, complete by type: a route of the contract without one does not compile. */
import type { Core } from '@wm/wms-core/vocabulary';
import type { Handlers } from '../http/handler.ts';
import type { Installation } from '../installation.ts';
import type { LiveStreams } from '../live/live-streams.ts';
import { accountingRoutes } from './accounting.routes.ts';
import { authorizationRoutes, type AuthorizationRoutesDeps } from './authorization.routes.ts';
import { bulkRoutes } from './bulks.routes.ts';
import { documentRoutes } from './documents.routes.ts';
import { eventRoutes } from './events.routes.ts';
import { explanationRoutes } from './explanations.routes.ts';
import { installationRoutes } from './installation.routes.ts';
import { certificateRoutes } from './certificates.routes.ts';
import { diracxJobRoutes, portalJobRoutes } from './jobs.routes.ts';
import { logInRoutes } from './log-ins.routes.ts';
import { logOutRoutes, type LogOutRoutesDeps } from './log-out.routes.ts';
import { myAccountRoutes } from './my-account.routes.ts';
import { noticeRoutes } from './notices.routes.ts';
import { operationRoutes } from './operations.routes.ts';
import { portalPilotRoutes, workerNodeRoutes } from './pilots.routes.ts';
import { proxyRoutes } from './proxies.routes.ts';
import { registryRoutes } from './registry.routes.ts';
import { diracxSandboxRoutes, doorRoutes, portalSandboxRoutes } from './sandboxes.routes.ts';
import { siteRoutes } from './sites.routes.ts';
import { systemHealthRoutes, type SystemHealthRoutesDeps } from './system-health.routes.ts';
import { tokenManagerRoutes } from './token-manager.routes.ts';
import { tokenRoutes } from './tokens.routes.ts';
import { wellKnownRoutes } from './well-known.routes.ts';
import { sessionRoutes, type SessionRoutesDeps } from './session.routes.ts';

export interface RoutesDeps
  extends SessionRoutesDeps, LogOutRoutesDeps, AuthorizationRoutesDeps, SystemHealthRoutesDeps {
  readonly core: Core;
  readonly installation: Installation;
  readonly streams: LiveStreams;
  readonly publicOrigin: string;
}

export function createHandlers(deps: RoutesDeps): Handlers {
  const { core } = deps;
  return {
    ...sessionRoutes(deps),
    ...logOutRoutes(deps),
    ...authorizationRoutes(deps),
    ...tokenRoutes(core, deps.publicOrigin),
    ...wellKnownRoutes(deps),
    ...eventRoutes(deps.streams),
    ...documentRoutes(core),
    ...installationRoutes(core, deps.installation, deps.identityProviders),
    ...certificateRoutes(deps),
    ...proxyRoutes(deps),
    ...tokenManagerRoutes(deps),
    ...diracxJobRoutes(core),
    ...portalJobRoutes(core),
    ...explanationRoutes(core),
    ...bulkRoutes(core),
    ...operationRoutes(core),
    ...logInRoutes(deps),
    ...myAccountRoutes(deps),
    ...registryRoutes(core),
    ...noticeRoutes(core),
    ...diracxSandboxRoutes(core),
    ...portalSandboxRoutes(core),
    ...doorRoutes(core),
    ...workerNodeRoutes(core),
    ...portalPilotRoutes(core),
    ...siteRoutes(core),
    ...accountingRoutes(core),
    ...systemHealthRoutes(deps),
  };
}
