/** What an access token of an identity provider says of itself, for people to see. Pure; nothing is verified here. */
import type { TokenClaims } from './token-grant.ts';

const longest = 16_384;

/** Claims without the token's id; none when it is opaque. */
export function claimsOfAccessToken(token: string): TokenClaims {
  const [, payload = '', signature] = token.split('.');
  if (signature === undefined || token.length > longest * 2) return {};
  try {
    const { jti: _jti, ...claims } = JSON.parse(decoded(payload)) as Record<string, unknown>;
    return claims;
  } catch {
    return {};
  }
}

function decoded(base64Url: string): string {
  const bytes = Uint8Array.from(atob(base64Url.replaceAll('-', '+').replaceAll('_', '/')), (sign) =>
    sign.charCodeAt(0),
  );
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}

/** Of somebody else's token: nothing that tells of other VOs. */
const forManagers: readonly string[] = ['iss', 'sub', 'aud', 'azp', 'client_id', 'iat', 'nbf', 'exp', 'typ'];

export const claimsForManagers = (claims: TokenClaims): TokenClaims =>
  Object.fromEntries(Object.entries(claims).filter(([name]) => forManagers.includes(name)));
