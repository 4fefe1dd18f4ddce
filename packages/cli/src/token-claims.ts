/** What a token says of itself, for people to read: nothing is decided by it, the server checks. Pure. */

export interface TokenClaims {
  readonly sub: string | undefined;
  readonly iss: string | undefined;
  /** Seconds since 1970. */
  readonly exp: number | undefined;
}

const textOrNothing = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

export function claimsOf(token: string): TokenClaims {
  let claims: Readonly<Record<string, unknown>> = {};
  try {
    const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8');
    claims = (JSON.parse(payload) ?? {}) as Readonly<Record<string, unknown>>;
  } catch {
    // not a JWT: it says nothing
  }
  const { sub, iss, exp } = claims;
  return {
    sub: textOrNothing(sub),
    iss: textOrNothing(iss),
    exp: typeof exp === 'number' ? exp : undefined,
  };
}
