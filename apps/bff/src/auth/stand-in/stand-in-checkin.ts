/**
 * A stand-in for EGI Check-in: a real OpenID provider with demo users, so that the portal runs at once and
 * logs in by the same code as in production. Demo mode on loopback only (settings.ts); everybody may pick
 * any user. The claims have Check-in's names (credentials.md §2.3, §3.2).
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { urlencoded, Router, type ErrorRequestHandler } from 'express';
import { Provider, type Configuration, type JWK } from 'oidc-provider';
import { createMemoryAdapterFactory } from './memory-adapter.ts';
import { loginPage, logOutPage, noticePage, stylesheet, submitScript } from './pages.ts';
import { standInPath, type DemoUser, type StandInCheckin } from './stand-in.ts';

export interface StandInOptions {
  readonly publicOrigin: string;
  readonly nowMs: () => number;
  /** Asked at every log-in: the configuration may change. */
  readonly users: () => readonly DemoUser[];
  /** JSON Web Key (private) as text, see `makeStandInKey`. */
  readonly signingKey: string;
}

const interactionOver = 'This log-in is over or was not begun here. Go back to the portal and log in again.';

export function makeStandInKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return JSON.stringify({
    ...privateKey.export({ format: 'jwk' }),
    use: 'sig',
    alg: 'RS256',
    kid: 'stand-in',
  });
}

/** As Check-in writes it: opaque, stable, scoped. */
const voPersonId = (userName: string): string =>
  `${Buffer.from(`stand-in:${userName}`).toString('hex')}@stand-in.invalid`;

/** The provider's own way refuses addresses of this machine, where all of a demo lives. */
export const fetchOnLoopback: typeof fetch = (url, init = {}) => {
  const { dispatcher: _refusing, ...rest } = init as RequestInit & { readonly dispatcher?: unknown };
  return fetch(url, rest);
};

function providerConfiguration(options: StandInOptions, clientSecret: string): Configuration {
  const userOf = (accountId: string): DemoUser | undefined =>
    options.users().find(({ userName }) => voPersonId(userName) === accountId);
  return {
    adapter: createMemoryAdapterFactory(options.nowMs),
    clients: [
      {
        client_id: 'workload-manager',
        client_secret: clientSecret,
        redirect_uris: [`${options.publicOrigin}/bff/callback`],
        post_logout_redirect_uris: [`${options.publicOrigin}/`],
        backchannel_logout_uri: `${options.publicOrigin}/auth/backchannel-logout`,
        // With it ID tokens name the session.
        backchannel_logout_session_required: true,
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
      },
    ],
    fetch: fetchOnLoopback,
    jwks: { keys: [JSON.parse(options.signingKey) as JWK] },
    cookies: { keys: [randomBytes(32).toString('hex')], names: { session: 'stand-in-session' } },
    claims: {
      openid: ['sub'],
      profile: ['name', 'preferred_username'],
      email: ['email', 'email_verified'],
      voperson_id: ['voperson_id'],
      eduperson_entitlement: ['eduperson_entitlement'],
    },
    // As Check-in does: claims come from UserInfo only.
    conformIdTokenClaims: true,
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        // As Check-in does: whoever shows his ID token is not asked again.
        logoutSource(ctx, form) {
          ctx.body = logOutPage(form);
        },
      },
      revocation: { enabled: true },
    },
    // Check-in gives one for `offline_access`; the library wants a page of consent before, which is left out here.
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    expiresWithSession: () => false,
    rotateRefreshToken: true,
    ttl: {
      AccessToken: 600,
      AuthorizationCode: 60,
      IdToken: 600,
      Interaction: 600,
      Session: 600,
      RefreshToken: 30 * 86_400,
      // What ends with the grant ends its refresh tokens too.
      Grant: 60 * 86_400,
    },
    interactions: { url: (_ctx, interaction) => `${standInPath}/interaction/${interaction.uid}` },
    findAccount(_ctx, accountId) {
      const user = userOf(accountId);
      if (user === undefined) return undefined;
      return {
        accountId,
        claims: () => ({
          sub: accountId,
          name: user.displayName,
          preferred_username: user.userName,
          ...(user.email === null ? {} : { email: user.email, email_verified: true }),
          voperson_id: accountId,
          eduperson_entitlement: [...user.entitlements],
        }),
      };
    },
    // Whoever runs the demo owns both sides: there is nothing to consent to.
    async loadExistingGrant(ctx) {
      const { oidc } = ctx;
      if (oidc.client === undefined || oidc.account === undefined) return undefined;
      const grant = new oidc.provider.Grant({
        clientId: oidc.client.clientId,
        accountId: oidc.account.accountId,
      });
      grant.addOIDCScope('openid profile email voperson_id eduperson_entitlement');
      await grant.save();
      return grant;
    },
    renderError(ctx) {
      ctx.type = 'html';
      ctx.body = noticePage(interactionOver);
    },
  };
}

export function createStandInCheckin(options: StandInOptions): StandInCheckin {
  const issuer = `${options.publicOrigin}${standInPath}`;
  const clientSecret = randomBytes(32).toString('base64url');
  const provider = new Provider(issuer, providerConfiguration(options, clientSecret));
  const router = Router();

  router.get('/style.css', (_request, response) => {
    response.type('css').send(stylesheet);
  });

  router.get('/submit.js', (_request, response) => {
    response.type('js').send(submitScript);
  });

  // The form posts to its own address; the interaction itself is told by the provider's cookie.
  router.get('/interaction/:uid', async (request, response) => {
    await provider.interactionDetails(request, response);
    response.type('html').send(loginPage({ users: options.users(), failedUserName: undefined }));
  });

  router.post(
    '/interaction/:uid',
    urlencoded({ extended: false, limit: 4096, parameterLimit: 8 }),
    async (request, response) => {
      await provider.interactionDetails(request, response);
      const form = request.body as { readonly user?: unknown; readonly password?: unknown } | undefined;
      const name = typeof form?.user === 'string' ? form.user.trim() : '';
      const user = options.users().find(({ userName }) => userName === name);
      if (user === undefined || form?.password !== user.password) {
        response.status(401).type('html');
        response.send(loginPage({ users: options.users(), failedUserName: name.slice(0, 64) }));
        return;
      }
      const login = { accountId: voPersonId(user.userName), remember: false };
      await provider.interactionFinished(request, response, { login }, { mergeWithLastSubmission: false });
    },
  );

  // Most likely the interaction is over: a page left open, or another browser.
  router.use('/interaction', ((_error, _request, response, _next) => {
    response.status(400).type('html').send(noticePage(interactionOver));
  }) satisfies ErrorRequestHandler);

  router.use(provider.callback());
  return { issuer, clientId: 'workload-manager', clientSecret, router };
}
