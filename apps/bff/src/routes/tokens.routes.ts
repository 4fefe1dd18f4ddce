/** Tokens in DiracX's forms: grants, their end, who am I. What a token is worth is decided by the core. */
import { builtInClientId, type Core, type Grant, type IssuedTokens } from '@wm/wms-core/vocabulary';
import { callOrigin } from '../auth/call-origin.ts';
import { inDiracxForm, inOauthForm } from '../http/diracx-error.ts';
import type { Call, HandlersOf } from '../http/handler.ts';

type TokenRoutes =
  | 'POST /api/auth/token'
  | 'POST /api/auth/revoke'
  | 'POST /api/auth/introspect'
  | 'GET /api/auth/legacy-exchange'
  | 'GET /api/auth/userinfo'
  | 'GET /api/auth/refresh-tokens'
  | 'DELETE /api/auth/refresh-tokens/:jti';

export const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';

type TokenForm = Call<'POST /api/auth/token'>['body'];

function needed(form: TokenForm, field: keyof TokenForm): string {
  const value = form[field];
  if (value === undefined) throw inOauthForm('invalid_request', `${field}: is missing`);
  return value;
}

/** Fields of each grant. */
const grants: Readonly<Record<string, (form: TokenForm, clientId: string) => Grant>> = {
  [deviceGrant]: (form, clientId) => ({ kind: 'device', clientId, deviceCode: needed(form, 'device_code') }),
  authorization_code: (form, clientId) => ({
    kind: 'code',
    clientId,
    code: needed(form, 'code'),
    redirectUri: needed(form, 'redirect_uri'),
    codeVerifier: needed(form, 'code_verifier'),
  }),
  refresh_token: (form, clientId) => ({
    kind: 'refresh',
    clientId,
    refreshToken: needed(form, 'refresh_token'),
  }),
};

function grantOf(form: TokenForm): Grant {
  const read = Object.hasOwn(grants, form.grant_type) ? grants[form.grant_type] : undefined;
  if (read === undefined)
    throw inOauthForm(
      'unsupported_grant_type',
      `grant_type: must be one of ${Object.keys(grants).join(', ')}`,
    );
  return read(form, form.client_id);
}

const issued = ({ accessToken, refreshToken, expiresInS }: IssuedTokens) => ({
  access_token: accessToken,
  expires_in: expiresInS,
  token_type: 'Bearer' as const,
  refresh_token: refreshToken,
});

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

export function tokenRoutes({ tokens }: Pick<Core, 'tokens'>, issuer: string): HandlersOf<TokenRoutes> {
  return {
    'POST /api/auth/token': async ({ body, request }) =>
      issued(await tokens.exchange(grantOf(body), callOrigin(request, 'token'))),
    'GET /api/auth/legacy-exchange': async ({ query, request }) => {
      const authorization = request.get('authorization');
      if (authorization === undefined)
        throw inDiracxForm('input.invalid', 'authorization: the header is missing', 422);
      // A header of another form is refused by the core, with whatever stands in the place of the key.
      const key = /^bearer +(.*)$/i.exec(authorization)?.[1] ?? '';
      const { preferred_username: userName, scope, expires_minutes: lifetimeMinutes } = query;
      const ask = { key, userName, scope, lifetimeMinutes };
      return issued(await tokens.exchangeLegacy(ask, callOrigin(request, 'token')));
    },
    'POST /api/auth/revoke': async ({ body, request }) => {
      if (body.token_type_hint === 'access_token')
        throw inOauthForm('unsupported_token_type', 'unsupported_token_type');
      const from = callOrigin(request, 'token');
      await tokens.revoke(body.client_id ?? builtInClientId, body.token, from);
      return 'Refresh token revoked';
    },
    'POST /api/auth/introspect': async ({ principal, body }) => {
      const found = await tokens.introspect(principal, body.token);
      if (!found.active) return { active: false };
      return {
        active: true,
        scope: found.scope,
        client_id: found.clientId,
        username: found.userName,
        token_type: found.kind === 'access' ? 'Bearer' : 'refresh_token',
        exp: Math.floor(found.expiresAtMs / 1000),
        sub: found.subject,
        iss: issuer,
        jti: found.jti,
      };
    },
    'GET /api/auth/userinfo': async ({ principal }) => ({
      sub: `${principal.vo}:${principal.accountId}`,
      vo: principal.vo,
      dirac_group: principal.group,
      policies: {},
      properties: [...principal.properties],
      preferred_username: principal.userName,
    }),
    'GET /api/auth/refresh-tokens': async ({ principal }) => {
      const found = await tokens.refreshTokens(principal);
      return found.map(({ jti, isRevoked, scope, subject }) => ({
        JTI: jti,
        Status: isRevoked ? 2 : 1,
        Scope: scope,
        Sub: subject,
      }));
    },
    'DELETE /api/auth/refresh-tokens/:jti': async ({ principal, params }) => {
      if (!uuid.test(params.jti)) throw inDiracxForm('input.invalid', 'Invalid JTI provided', 400);
      await tokens.removeRefreshToken(principal, params.jti.toLowerCase());
      return 'Refresh token revoked';
    },
  };
}
