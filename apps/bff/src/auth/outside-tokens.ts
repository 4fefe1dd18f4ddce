/** What a token endpoint answered, as the core keeps it. Pure; asked by `oidc.adapter.ts`. */
import type { TokenEndpointResponse } from 'openid-client';
import type { OutsideTokens } from '@wm/wms-core/vocabulary';

/** When the provider does not say how long an access token lasts. */
const shortLifeS = 300;

const positive = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : undefined;

/** The end that a refresh token in the form of a JWT names itself. */
function endOfJwt(token: string): number | null {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as {
      readonly exp?: unknown;
    };
    const exp = positive(claims.exp);
    return exp === undefined ? null : exp * 1000;
  } catch {
    return null;
  }
}

/** Keycloak, and with it Check-in, tells `refresh_expires_in`, 0 for one without end. */
function endOfRefreshToken(
  { refresh_token: token, refresh_expires_in: told }: TokenEndpointResponse,
  nowMs: number,
): number | null {
  if (token === undefined) return null;
  const lifeS = positive(told);
  return lifeS === undefined ? endOfJwt(token) : nowMs + lifeS * 1000;
}

export const readTokens = (
  answer: TokenEndpointResponse,
  idClaims: Readonly<Record<string, unknown>> | undefined,
  nowMs: number,
): OutsideTokens => ({
  accessToken: answer.access_token,
  accessExpiresAtMs: nowMs + (positive(answer.expires_in) ?? shortLifeS) * 1000,
  refreshToken: answer.refresh_token,
  refreshExpiresAtMs: endOfRefreshToken(answer, nowMs),
  scopes: answer.scope ?? '',
  idClaims: idClaims ?? {},
});
