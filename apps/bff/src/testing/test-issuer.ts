/**
 * An OpenID provider on loopback for tests of log-in, in the shapes that one meets: like Check-in (claims from
 * UserInfo only), like a WLCG IAM (`wlcg.groups`, an issuer that ends with a slash), and broken ones. Real protocol
 * (oidc-provider); nobody is asked for a password, the person is the one it was made for.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider, type Configuration, type JWK } from 'oidc-provider';
import { createMemoryAdapterFactory } from '../auth/stand-in/memory-adapter.ts';
import { fetchOnLoopback, makeStandInKey } from '../auth/stand-in/stand-in-checkin.ts';

export interface TestIssuer extends AsyncDisposable {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** With which it signs: for tokens that it would never make. */
  readonly signingKey: JWK;
  /** What it is asked from now on; may be changed. */
  readonly person: { claims: Readonly<Record<string, unknown>> };
  /** Calls of the token endpoint with a refresh token that were answered with tokens, and those that were refused. */
  readonly refreshes: { good: number; refused: number };
  /** The next calls of these paths are answered 503, as by a provider in trouble. */
  readonly failing: Set<'/token' | '/token/revocation' | '/me'>;
}

export interface TestIssuerOptions {
  /** Address of the server that it is registered for. */
  readonly serverOrigin: string;
  /** Its own path for back-channel log-out at that server. */
  readonly logOutPath: string;
  readonly subject: string;
  readonly claims: Readonly<Record<string, unknown>>;
  /** The person says no. */
  readonly denies?: boolean;
  /** As a Master Portal wants the client secret. */
  readonly secretIn?: 'form';
  /** A fault of UserInfo: 500, the claims of somebody else, or a page instead of claims. */
  readonly broken?: keyof typeof brokenUserInfo;
}

const brokenUserInfo = {
  'userinfo-fails': [500, 'application/json', 'oops'],
  'other-subject': [200, 'application/json', JSON.stringify({ sub: 'somebody-else' })],
  'userinfo-junk': [200, 'text/html', '<h1>Under maintenance</h1>'],
} as const;

const allScopes = [
  ...['openid', 'profile', 'email', 'wlcg.groups'],
  ...['voperson_id', 'eduperson_entitlement', 'eduperson_assurance'],
  'edu.uiuc.ncsa.myproxy.getcert',
];

const clientSecret = 'a secret of the tests, nowhere else';
const signingKey = JSON.parse(makeStandInKey()) as JWK;

function configurationOf(options: TestIssuerOptions, person: TestIssuer['person']): Configuration {
  return {
    adapter: createMemoryAdapterFactory(() => Date.now()),
    clients: [
      {
        client_id: 'wm-test',
        client_secret: clientSecret,
        redirect_uris: [`${options.serverOrigin}/bff/callback`],
        post_logout_redirect_uris: [`${options.serverOrigin}/`],
        backchannel_logout_uri: `${options.serverOrigin}${options.logOutPath}`,
        backchannel_logout_session_required: true,
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method:
          options.secretIn === 'form' ? 'client_secret_post' : 'client_secret_basic',
      },
    ],
    jwks: { keys: [signingKey] },
    fetch: fetchOnLoopback,
    cookies: { keys: ['tests'] },
    scopes: allScopes,
    claims: {
      openid: ['sub'],
      profile: ['name', 'preferred_username'],
      email: ['email', 'email_verified'],
      voperson_id: ['voperson_id'],
      'wlcg.groups': ['wlcg.groups'],
      eduperson_entitlement: ['eduperson_entitlement'],
      eduperson_assurance: ['eduperson_assurance'],
    },
    conformIdTokenClaims: true,
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      revocation: { enabled: true },
    },
    // As Check-in: for `offline_access`, without a page of consent.
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    expiresWithSession: () => false,
    rotateRefreshToken: true,
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_ctx, accountId) => ({
      accountId,
      claims: () => ({ sub: accountId, ...person.claims }),
    }),
    async loadExistingGrant(ctx) {
      const { oidc } = ctx;
      if (oidc.client === undefined || oidc.account === undefined) return undefined;
      const grant = new oidc.provider.Grant({
        clientId: oidc.client.clientId,
        accountId: oidc.account.accountId,
      });
      grant.addOIDCScope(allScopes.join(' '));
      await grant.save();
      return grant;
    },
  };
}

export async function startTestIssuer(options: TestIssuerOptions): Promise<TestIssuer> {
  let provider: Provider | undefined;
  const person = { claims: options.claims };
  const refreshes = { good: 0, refused: 0 };
  const failing: TestIssuer['failing'] = new Set();
  const server = createServer((request, response) => {
    const at = (path: string): boolean => request.url?.startsWith(path) === true;
    if (provider === undefined || failing.has(request.url as '/token')) response.writeHead(503).end();
    else if (at('/interaction/'))
      void provider.interactionFinished(
        request,
        response,
        options.denies === true
          ? { error: 'access_denied' }
          : { login: { accountId: options.subject, remember: false } },
      );
    else if (options.broken !== undefined && at('/me')) {
      const [status, type, body] = brokenUserInfo[options.broken];
      response.writeHead(status, { 'content-type': type });
      response.end(body);
    } else void provider.callback()(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  provider = new Provider(issuer, configurationOf(options, person));
  const isRefresh = ({
    oidc,
  }: {
    readonly oidc: { readonly params?: Readonly<Record<string, unknown>> | undefined };
  }) => oidc.params?.['grant_type'] === 'refresh_token';
  provider.on('grant.success', (ctx) => void (isRefresh(ctx) && refreshes.good++));
  provider.on('grant.error', (ctx) => void (isRefresh(ctx) && refreshes.refused++));
  return {
    person,
    refreshes,
    failing,
    issuer,
    clientId: 'wm-test',
    clientSecret,
    signingKey,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
