/** The whole server with the real core, in this process, without computing elements: jobs stay Waiting. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildProxy, publicKeyOfRequest, writeCertificates } from '@wm/credentials';
import { openPkcs12 } from '@wm/credentials/pkcs12';
import { systemClock, type Clock } from '@wm/wms-core/clock';
import { silentLogger } from '@wm/wms-core/logger';
import { openCore } from '../open-core.ts';
import { startServer } from '../server.ts';
import { readSettings } from '../settings.ts';
import { createVisitor, type Visitor } from './visitor.ts';

/** Of the legacy exchange. */
export const legacyKey = randomBytes(32);

const usualConfiguration = `
vos:
  vo.access.egi.eu:
    groups:
      access_user: { properties: [NormalUser], users: [mkolar, iortega] }
      access_admin: { properties: [JobAdministrator], users: [iortega] }
  training.egi.eu:
    groups:
      training_user: { properties: [NormalUser], users: [mkolar, jlind] }
      training_admin: { properties: [JobAdministrator, JobMonitor], users: [jlind] }
users: { mkolar: {}, iortega: {}, jlind: {} }
identity:
  tokens:
    legacyExchangeKeySha256: ${createHash('sha256').update(legacyKey).digest('hex')}
    clients:
      portal: { redirectUris: ['https://portal.example.org/#callback'] }
sites: {}
`;

export interface RealServer extends AsyncDisposable {
  readonly origin: string;
  readonly metricsTokenFile: string;
  readonly certificateOrigin: string;
  /** Where the demo authority keeps what it issued. */
  readonly demoFolder: string;
  /** PEM of the authority behind the certificate port's own certificate; empty at a real identity provider. */
  readonly demoAuthority: string;
  visitor(): Visitor;
  logIn(userName: string): Promise<Visitor>;
}

export async function startRealServer({
  configuration = usualConfiguration,
  port = 0,
  environment = {},
  clock = systemClock,
}: {
  readonly configuration?: string;
  readonly port?: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
} = {}): Promise<RealServer> {
  const folder = await mkdtemp(join(tmpdir(), 'wm-server-'));
  const configurationFile = join(folder, 'configuration.yaml');
  await writeFile(configurationFile, configuration);
  const settings = readSettings({
    WM_DATA: join(folder, 'var'),
    WM_CONFIG: configurationFile,
    WM_PORT: String(port),
    WM_LOGINS_PER_MINUTE: '1000',
    ...environment,
  });
  const server = await startServer({
    settings,
    clock,
    log: silentLogger,
    version: '0',
    openCore: (addresses, watching) => openCore(settings, addresses, silentLogger, watching, clock),
  });
  const demoFolder = join(folder, 'var', 'demo-authority');
  return {
    origin: server.publicOrigin,
    metricsTokenFile: join(folder, 'var', 'secrets', 'metrics-token'),
    certificateOrigin: server.installation.certificateOrigin ?? '',
    demoFolder,
    demoAuthority: await readFile(join(demoFolder, 'trust', 'demo-ca.pem'), 'utf8').catch(() => ''),
    visitor: () => createVisitor(server.publicOrigin),
    async logIn(userName) {
      const visitor = createVisitor(server.publicOrigin);
      await visitor.logIn(userName);
      return visitor;
    },
    async [Symbol.asyncDispose]() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The steps of the Proxy Upload wizard with the demo certificate of the user. */
export async function uploadDemoProxy(
  visitor: Visitor,
  userName: string,
  groups?: readonly string[],
): Promise<Response> {
  const file = await visitor.send('GET', `/bff/demo/certificates/${userName}-modern.p12`);
  const opened = await openPkcs12(new Uint8Array(await file.arrayBuffer()), 'demo');
  const asked = await visitor.send('POST', '/bff/proxies/requests');
  const { requestId, csrPem } = (await asked.json()) as {
    readonly requestId: string;
    readonly csrPem: string;
  };
  const proxy = await buildProxy({
    issuer: opened.endEntity,
    issuerKey: opened.key,
    publicKey: await publicKeyOfRequest(csrPem),
    nowMs: Date.now(),
    notAfterMs: opened.endEntity.notAfterMs - 300_000,
    policy: 'inheritAll',
  });
  const chainPem = writeCertificates([
    proxy,
    opened.endEntity.der,
    ...opened.intermediates.map(({ der }) => der),
  ]);
  return visitor.send('PUT', `/bff/proxies/requests/${requestId}`, {
    body: { chainPem, ...(groups && { groups }) },
  });
}
