/**
 * Settings and an opener of the core become a listening server that can be stopped. `main.ts` is the process
 * around it; tests start it inside theirs.
 */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { CorePorts } from '@wm/wms-core';
import type { Core, OutsideProviders } from '@wm/wms-core/vocabulary';
import type { Clock } from '@wm/wms-core/clock';
import type { Database } from '@wm/wms-core/database';
import type { Logger } from '@wm/wms-core/logger';
import { createApp } from './app.ts';
import { openCertificateDoor, type CertificateDoor } from './certificate-door/certificate-door.ts';
import { createDoorApp } from './certificate-door/door-app.ts';
import {
  createIdentityProviders,
  mainProviderId,
  type IdentityProviders,
} from './auth/identity-providers.ts';
import { createIdentityProvider, type IdentityProvider } from './auth/oidc.adapter.ts';
import { demoUsersOf } from './auth/stand-in/demo-users.ts';
import { standInIssuer, type DemoUser, type StandInCheckin } from './auth/stand-in/stand-in.ts';
import type { DemoCertificate } from '@wm/wms-core/demo-authority';
import { watchConnections } from './http/connections.ts';
import type { Installation } from './installation.ts';
import { watchEventLoop } from './metrics/event-loop.ts';
import { PrometheusMetrics } from './metrics/prometheus.adapter.ts';
import type { Settings } from './settings.ts';
import { loadOrMakeSecretFile } from './settings/secrets.ts';

export interface OpenedCore {
  readonly core: Core;
  readonly database: Database;
  readonly demoCertificates: readonly DemoCertificate[];
  /** Certificate and key of a server on loopback, of the demo authority. */
  readonly demoHostFile: string | undefined;
  /** See `Installation`. */
  readonly commandLine: () => Promise<string>;
  /** See `Installation`. */
  readonly issuingFolder: string | undefined;
}

/** What is known only once the port is: the core needs it for presigned URLs, pilots and refresh tokens. */
export interface Addresses {
  readonly publicOrigin: string;
  readonly pilotOrigin: string;
  /** Made from the core's configuration, so not to be asked before the core is there. */
  readonly outsideProviders: OutsideProviders;
}

/** How the core is watched. */
export interface Watching {
  readonly metrics: PrometheusMetrics;
  readonly processFacts: NonNullable<CorePorts['processFacts']>;
}

export interface ServerOptions {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Logger;
  readonly version: string;
  readonly openCore: (addresses: Addresses, watching: Watching) => Promise<OpenedCore>;
}

export interface RunningServer {
  readonly publicOrigin: string;
  readonly installation: Installation;
  /** Stops accepting, ends waiting calls and streams, lets the rest finish for 10 s. Idempotent. */
  stop(): Promise<void>;
}

const portalFolder = fileURLToPath(new URL('../../portal/dist', import.meta.url));
const firstPort = 8080;
const portsToTry = 20;
const stopWithinMs = 10_000;

const serverLimits = {
  /** Members of many groups have big cookies at big providers. */
  maxHeaderSize: 32_768,
  /** Longer than the pause between two calls of a pilot. */
  keepAliveTimeout: 65_000,
  /** A sandbox of 100 MiB over a line of 1 Mbit/s takes 14 minutes. */
  requestTimeout: 1_800_000,
};

const notReady: RequestListener = (_request, response) => {
  response.writeHead(503, { 'Content-Type': 'text/plain', 'Retry-After': '1', 'Cache-Control': 'no-store' });
  response.end('The server is starting.\n');
};

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** A named port is taken or refused; without one a demo looks for the next free one. */
async function listenSomewhere(server: Server, settings: Settings): Promise<number> {
  const { host, port, mode } = settings;
  if (port !== undefined) return listen(server, host, port);
  for (let candidate = firstPort; ; candidate++)
    try {
      return await listen(server, host, candidate);
    } catch (error) {
      const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
      if (mode !== 'demo' || !isTaken || candidate >= firstPort + portsToTry) throw error;
    }
}

const originOf = (host: string, port: number): string =>
  `http://${host.includes(':') ? `[${host}]` : host}:${port}`;

/** Asked anew each time: the configuration may change while the server runs. */
const usersOf = (core: Core) => (): readonly DemoUser[] => demoUsersOf(core.configuration.current().values);

async function standInFor(
  settings: Settings,
  publicOrigin: string,
  core: Core,
): Promise<StandInCheckin | undefined> {
  if (settings.oidc !== undefined) return undefined;
  const { createStandInCheckin, makeStandInKey } = await import('./auth/stand-in/stand-in-checkin.ts');
  const signingKey = loadOrMakeSecretFile(settings.dataFolder, 'stand-in-checkin.jwk', makeStandInKey);
  return createStandInCheckin({ publicOrigin, users: usersOf(core), signingKey, nowMs: () => Date.now() });
}

function identityProviderFor(
  settings: Settings,
  publicOrigin: string,
  standIn: StandInCheckin | undefined,
): IdentityProvider {
  const oidc = settings.oidc ?? standIn;
  if (oidc === undefined) throw new Error('settings.ts lets no server start without an identity provider');
  const isStandIn = settings.oidc === undefined;
  return createIdentityProvider({
    issuer: oidc.issuer,
    clientId: oidc.clientId,
    clientSecret: oidc.clientSecret,
    publicOrigin,
    // Outside production an issuer for tests may run on loopback; settings.ts demands https in production.
    allowHttp: settings.mode === 'demo',
    alwaysAsk: isStandIn,
    linkedAs: isStandIn ? standInIssuer : oidc.issuer,
    offlineAccess: isStandIn || settings.oidcOfflineAccess === 'yes',
    id: mainProviderId,
    kind: 'checkin',
    vouchesForCertificates: settings.oidcCertificates === 'linked',
  });
}

async function doorFor(
  { settings, log }: ServerOptions,
  mainPort: number,
  { core, demoHostFile }: OpenedCore,
): Promise<CertificateDoor | undefined> {
  const { certificateDoor, host } = settings;
  if (certificateDoor === undefined) return undefined;
  const { certificates } = core;
  return openCertificateDoor({ settings: certificateDoor, host, mainPort, demoHostFile, certificates, log });
}

export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { settings, clock, log, version } = options;
  let serve = notReady;
  const server = createServer(serverLimits, (request, response) => serve(request, response));
  const connections = watchConnections(server);
  const port = await listenSomewhere(server, settings);
  const publicOrigin = settings.publicUrl ?? originOf(settings.host, port);
  const pilotOrigin = settings.pilotUrl ?? publicOrigin;
  const stopping = new AbortController();
  const metrics = new PrometheusMetrics();
  const eventLoop = watchEventLoop();
  const processFacts = () => ({ mode: settings.mode, eventLoopLagMs: eventLoop.sustainedMs() });

  const abandon = (error: unknown): never => {
    server.close();
    server.closeAllConnections();
    throw error;
  };
  let identityProviders: IdentityProviders | undefined;
  const outsideProviders: OutsideProviders = {
    get(id) {
      if (identityProviders === undefined) throw new Error('the identity providers come after the core');
      return identityProviders.outside(id);
    },
  };
  const opened = await options
    .openCore({ publicOrigin, pilotOrigin, outsideProviders }, { metrics, processFacts })
    .catch(abandon);
  const { core, database, demoCertificates, issuingFolder } = opened;
  const door = await doorFor(options, port, opened).catch(async (error: unknown) => {
    await core.stop();
    return abandon(error);
  });
  const standIn = await standInFor(settings, publicOrigin, core);
  const isDemo = settings.mode === 'demo' && standIn !== undefined;
  const installation: Installation = {
    version,
    isStandIn: standIn !== undefined,
    certificateOrigin: door?.origin,
    commandLine: opened.commandLine,
    issuingFolder,
    demo: isDemo ? { users: usersOf(core), certificates: demoCertificates } : undefined,
  };
  identityProviders = createIdentityProviders({
    main: identityProviderFor(settings, publicOrigin, standIn),
    mainLabel: standIn === undefined ? 'EGI Check-in' : 'Check-in',
    entries: () => core.configuration.current().values.identity.providers,
    proxyEntry: () => core.configuration.current().values.identity.proxyProvider,
    publicOrigin,
    allowHttp: settings.mode === 'demo',
  });
  const app = createApp({
    core,
    database,
    clock,
    log,
    identityProviders,
    standIn,
    installation,
    metrics,
    eventLoop,
    metricsToken: settings.metricsToken,
    publicOrigin,
    issuerOrigin: settings.oidc === undefined ? undefined : new URL(settings.oidc.issuer).origin,
    sessionSecret: settings.secrets.sessionSecret,
    portalFolder,
    settings,
    stopping: stopping.signal,
  });
  serve = app.express;
  door?.serve(
    createDoorApp({
      app: app.express,
      certificates: core.certificates,
      publicOrigin,
      log,
      stopping: stopping.signal,
      loginsPerMinute: settings.loginsPerMinute,
    }),
  );
  await core.start();
  app.watch.start();
  app.revokedSessions.start();

  async function stop(): Promise<void> {
    log.info({}, 'server.stopping');
    app.watch.stop();
    app.revokedSessions.stop();
    const closed = Promise.all([
      new Promise<void>((resolve) => server.close(() => resolve())),
      door?.close(),
    ]);
    app.streams.closeAll();
    stopping.abort();
    connections.closeWhenIdle();
    await Promise.race([closed, setTimeout(stopWithinMs, undefined, { ref: false })]);
    server.closeAllConnections();
    door?.closeAllConnections();
    await core.stop();
    log.info({}, 'server.stopped');
  }
  let stopped: Promise<void> | undefined;
  return { publicOrigin, installation, stop: () => (stopped ??= stop()) };
}
