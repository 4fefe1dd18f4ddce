/** Logs somebody in at a test issuer as the server would, without a server: what the provider gave comes back. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createIdentityProvider, type CompletedLogIn, type IdentityProvider } from '../auth/oidc.adapter.ts';
import { startTestIssuer, type TestIssuer, type TestIssuerOptions } from './test-issuer.ts';
import { createVisitor } from './visitor.ts';

export interface IssuerWithProvider extends AsyncDisposable {
  readonly issuer: TestIssuer;
  readonly provider: IdentityProvider;
  logIn(): Promise<CompletedLogIn>;
}

export async function startIssuerWithProvider(
  person: Omit<TestIssuerOptions, 'serverOrigin' | 'logOutPath'>,
  offlineAccess = true,
): Promise<IssuerWithProvider> {
  // Where the browser comes out.
  const portal = createServer((_request, response) => void response.end('back'));
  await new Promise<void>((resolve) => portal.listen(0, '127.0.0.1', resolve));
  const publicOrigin = `http://127.0.0.1:${(portal.address() as AddressInfo).port}`;
  const issuer = await startTestIssuer({
    ...person,
    serverOrigin: publicOrigin,
    logOutPath: '/auth/backchannel-logout',
  });
  const provider = createIdentityProvider({
    id: 'main',
    kind: 'checkin',
    issuer: issuer.issuer,
    clientId: issuer.clientId,
    clientSecret: issuer.clientSecret,
    publicOrigin,
    allowHttp: true,
    alwaysAsk: false,
    offlineAccess,
    linkedAs: issuer.issuer,
  });
  return {
    issuer,
    provider,
    async logIn() {
      const { url, pending } = await provider.begin('/', Date.now());
      const end = await createVisitor(publicOrigin).follow(url);
      await end.response.body?.cancel();
      const { pathname, search } = new URL(end.url);
      return provider.complete(`${pathname}${search}`, pending);
    },
    async [Symbol.asyncDispose]() {
      portal.closeAllConnections();
      await Promise.all([issuer[Symbol.asyncDispose](), new Promise((resolve) => portal.close(resolve))]);
    },
  };
}
