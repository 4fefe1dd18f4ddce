/**
 * The whole server with the real core and a second identity provider beside the stand-in: a real OpenID provider for
 * one person, in the shape and with the faults a test asks for.
 */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import type { Clock } from '@wm/wms-core/clock';
import { startRealServer, type RealServer } from './real-server.ts';
import { startTestIssuer, type TestIssuer, type TestIssuerOptions } from './test-issuer.ts';
import type { Visitor } from './visitor.ts';

const groups = `
vos:
  escape:
    defaultGroup: escape_user
    groups: { escape_user: { properties: [NormalUser], fqans: [/escape] } }
  vo.access.egi.eu:
    groups: { access_user: { properties: [NormalUser], fqans: [/vo.access.egi.eu], users: [mkolar] } }
  careful:
    minAssurance: substantial
    groups: { careful_user: { properties: [NormalUser], fqans: [/careful] } }
users: { mkolar: {}, iortega: {} }
sites: {}
`;

const providerId = 'iam';

export interface ServerWithProvider extends AsyncDisposable {
  readonly server: RealServer;
  readonly issuer: TestIssuer;
  readonly visitor: Visitor;
  /** Of the visitor, or of another browser. */
  logIn(visitor?: Visitor): Promise<{ readonly url: string; readonly response: Response }>;
  me(visitor?: Visitor): Promise<Readonly<Record<string, unknown>>>;
}

export async function startWithProvider(
  person: Omit<TestIssuerOptions, 'serverOrigin' | 'logOutPath'>,
  {
    vos = ['escape'],
    kind = 'wlcg',
    secretMode = 0o600,
    clock,
  }: {
    readonly vos?: readonly string[];
    readonly kind?: 'wlcg' | 'checkin';
    readonly secretMode?: number;
    readonly clock?: Clock;
  } = {},
): Promise<ServerWithProvider> {
  const folder = await mkdtemp(join(tmpdir(), 'wm-issuer-'));
  const secretFile = join(folder, 'secret');
  const port = await freePort();
  const issuer = await startTestIssuer({
    ...person,
    serverOrigin: `http://127.0.0.1:${port}`,
    logOutPath: `/auth/backchannel-logout/${providerId}`,
  });
  await writeFile(secretFile, `${issuer.clientSecret}\n`);
  await chmod(secretFile, secretMode);
  const provider = {
    id: providerId,
    name: 'ESCAPE IAM',
    issuer: issuer.issuer,
    clientId: issuer.clientId,
    clientSecretFile: secretFile,
    kind,
    vos,
  };
  const server = await startRealServer({
    port,
    ...(clock && { clock }),
    configuration: `identity:
  entitlementNamespaces: ['urn:mace:egi.eu:group']
  providers: [${JSON.stringify(provider)}]
${groups}`,
  });
  const first = server.visitor();
  return {
    server,
    issuer,
    visitor: first,
    async logIn(visitor = first) {
      const end = await visitor.follow(`${server.origin}/bff/login?provider=${providerId}`);
      const me = await visitor.send('GET', '/bff/me');
      if (me.ok) visitor.csrfToken = ((await me.json()) as { readonly csrfToken: string }).csrfToken;
      return end;
    },
    async me(visitor = first) {
      return (await (await visitor.send('GET', '/bff/me')).json()) as Readonly<Record<string, unknown>>;
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await issuer[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}
