/** The app over a fake core on a port of its own, and people who log in to it by HTTP. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import express from 'express';
import { aConfiguration, createFakeClock, openTestDatabase, type FakeClock } from '@wm/wms-core/testing';
import { createApp } from '../app.ts';
import { createIdentityProviders, mainProviderId } from '../auth/identity-providers.ts';
import { createIdentityProvider } from '../auth/oidc.adapter.ts';
import { createStandInCheckin, makeStandInKey } from '../auth/stand-in/stand-in-checkin.ts';
import { standInIssuer, standInPath } from '../auth/stand-in/stand-in.ts';
import { createLogger } from '../log.ts';
import { PrometheusMetrics } from '../metrics/prometheus.adapter.ts';
import { createFakeCore, people, type FakeCore } from './fake-core.ts';
import { createVisitor, type Visitor } from './visitor.ts';

export interface TestServer extends AsyncDisposable {
  readonly origin: string;
  readonly fake: FakeCore;
  readonly clock: FakeClock;
  /** Everything logged so far, at the most talkative level. */
  readonly logText: () => string;
  visitor(): Visitor;
  logIn(userName: string): Promise<Visitor>;
}

export interface TestServerOptions {
  readonly loginsPerMinute?: number;
  readonly requestsPerMinute?: number;
  /** As behind a proxy that ends TLS for this origin. Nobody can log in then. */
  readonly tlsOrigin?: string;
  /** Opens `/metrics`. */
  readonly metricsToken?: string;
}

const key = makeStandInKey();

/** What a build leaves behind, as far as serving it goes. */
async function writePortal(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wm-portal-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(
    join(folder, 'index.html'),
    '<!doctype html><meta name="csp-nonce" content="__CSP_NONCE__"><title>The portal of the tests</title>',
  );
  await writeFile(join(folder, 'assets', 'main-abc.js'), `// ${'The portal of the tests. '.repeat(20)}\n`);
  return folder;
}

export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const [database, portalFolder] = await Promise.all([openTestDatabase(), writePortal()]);
  // Near real time: the stand-in signs its tokens with the time of the machine.
  const clock = createFakeClock(Date.now());
  const logged: string[] = [];
  const log = createLogger(
    'debug',
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        logged.push(chunk.toString('utf8'));
        done();
      },
    }),
  );
  const server = createServer({ maxHeaderSize: 32_768 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const fake = createFakeCore({
    current: () => ({ version: '1', loadedAtMs: 0, values: aConfiguration() }),
  });
  const users = people.map(({ userName, memberships }) => ({
    userName,
    displayName: userName,
    email: null,
    password: 'demo',
    groups: memberships.map(({ group }) => group),
    entitlements: [],
  }));
  const standIn = createStandInCheckin({
    publicOrigin: origin,
    users: () => users,
    signingKey: key,
    nowMs: () => Date.now(),
  });
  const app = createApp({
    core: fake.core,
    database,
    clock,
    log,
    identityProviders: createIdentityProviders({
      main: createIdentityProvider({
        id: mainProviderId,
        kind: 'checkin',
        ...standIn,
        publicOrigin: origin,
        allowHttp: true,
        alwaysAsk: true,
        offlineAccess: true,
        linkedAs: standInIssuer,
      }),
      mainLabel: 'Check-in',
      proxyEntry: () => undefined,
      entries: () => fake.core.configuration.current().values.identity.providers,
      publicOrigin: origin,
      allowHttp: true,
    }),
    standIn: options.tlsOrigin === undefined ? standIn : undefined,
    installation: {
      version: '0',
      isStandIn: true,
      certificateOrigin: undefined,
      commandLine: async () => import.meta.filename,
      issuingFolder: undefined,
      demo: { users: () => users, certificates: [] },
    },
    metrics: new PrometheusMetrics(),
    metricsToken: options.metricsToken,
    publicOrigin: options.tlsOrigin ?? origin,
    issuerOrigin: undefined,
    sessionSecret: 'a secret of the tests, nowhere else',
    portalFolder,
    settings: {
      sessionIdleS: 1800,
      sessionAbsoluteS: 36_000,
      sessionsPerAccount: 10,
      trustProxy: options.tlsOrigin === undefined ? 0 : 1,
      loginsPerMinute: options.loginsPerMinute ?? 1000,
      proxyUploadsPerMinute: 1000,
      requestsPerMinute: options.requestsPerMinute ?? 100_000,
    },
    live: { helloMs: 50, windowMs: 5 },
  });
  const standInAlone = express().use(standInPath, standIn.router);
  server.on('request', (request, response) => {
    const isAside = options.tlsOrigin !== undefined && request.url?.startsWith(standInPath);
    (isAside ? standInAlone : app.express)(request, response);
  });
  const visitor = (): Visitor => createVisitor(origin);
  return {
    origin,
    fake,
    clock,
    logText: () => logged.join(''),
    visitor,
    async logIn(userName) {
      const person = visitor();
      await person.logIn(userName);
      return person;
    },
    async [Symbol.asyncDispose]() {
      app.streams.closeAll();
      server.close();
      server.closeAllConnections();
      await database.close();
      await rm(portalFolder, { recursive: true, force: true });
    },
  };
}
