/** Every route of the server. The order is that of the reference page. */
import { accountingRoutes } from './accounting.contract.ts';
import { bulksRoutes } from './bulks.contract.ts';
import { credentialsRoutes } from './credentials.contract.ts';
import { explanationsRoutes } from './explanations.contract.ts';
import { installationRoutes } from './installation.contract.ts';
import { jobsRoutes } from './jobs.contract.ts';
import { logInsRoutes } from './log-ins.contract.ts';
import { myAccountRoutes } from './my-account.contract.ts';
import { noticesRoutes } from './notices.contract.ts';
import { operationsRoutes } from './operations.contract.ts';
import { pilotsRoutes } from './pilots.contract.ts';
import { registryRoutes } from './registry.contract.ts';
import { sandboxesRoutes } from './sandboxes.contract.ts';
import { sessionRoutes } from './session.contract.ts';
import { sitesRoutes } from './sites.contract.ts';
import { systemHealthRoutes } from './system-health.contract.ts';
import { tokenManagerRoutes } from './token-manager.contract.ts';
import { tokensRoutes } from './tokens.contract.ts';

export const routes = {
  ...sessionRoutes,
  ...tokensRoutes,
  ...installationRoutes,
  ...credentialsRoutes,
  ...tokenManagerRoutes,
  ...logInsRoutes,
  ...myAccountRoutes,
  ...registryRoutes,
  ...noticesRoutes,
  ...jobsRoutes,
  ...explanationsRoutes,
  ...bulksRoutes,
  ...operationsRoutes,
  ...sandboxesRoutes,
  ...pilotsRoutes,
  ...sitesRoutes,
  ...accountingRoutes,
  ...systemHealthRoutes,
} as const;

export type Routes = typeof routes;
export type RouteKey = keyof Routes;

export type { Access, AnswerOf, BodyOf, InputOf, ParamsOf, QueryOf, Route, RouteTable } from './route.ts';
export type { LiveEvent } from './events.ts';
export { problem, type Problem } from './problem.ts';
