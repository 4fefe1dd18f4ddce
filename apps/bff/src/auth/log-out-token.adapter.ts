/**
 * Is a log-out token the identity provider's word that a session of ours is over? To the letter of OpenID Connect
 * Back-Channel Logout 1.0 §2.6. Asked by the provider's adapter; that a token is good once only is seen to by
 * `log-out-token.store.ts`.
 */
import { errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { WmsError } from '@wm/wms-core/vocabulary';

export interface LogOutToken {
  readonly issuer: string;
  readonly jti: string;
  /** At least one of the two is there; with both, the session must fit both. */
  readonly subject: string | undefined;
  readonly sid: string | undefined;
  /** It is refused by its age afterwards. */
  readonly expiresAtMs: number;
}

export interface LogOutTokenRules {
  readonly issuer: string;
  readonly clientId: string;
  readonly keys: JWTVerifyGetKey;
}

/** Signatures by keys that the provider alone has: neither none nor a secret that we know too. */
const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'];
const types: readonly unknown[] = [undefined, 'logout+jwt', 'application/logout+jwt', 'jwt'];
const event = 'http://schemas.openid.net/event/backchannel-logout';
const maxAgeS = 300;
const toleranceS = 60;

const word = z.string().min(1).max(512);

const claimsSchema = z
  .object({
    aud: z.union([z.string(), z.tuple([z.string()])], 'aud: must name this client alone'),
    iat: z.number(),
    exp: z.number(),
    jti: word,
    sub: word.optional(),
    sid: word.optional(),
    events: z.object({
      [event]: z.object({}, 'events: must hold the event of a back-channel log-out, an object'),
    }),
    nonce: z.undefined('nonce: must not be there; this looks like an ID token').optional(),
  })
  .refine(({ sub, sid }) => sub !== undefined || sid !== undefined, 'sub, sid: one of them must be there');

const refused = (why: string, cause?: unknown): WmsError =>
  new WmsError(
    'input.invalid',
    `The log-out token is not good: ${why}.`,
    { field: 'logout_token', status: 400 },
    { cause },
  );

/** What a library says of a token, without the token. */
function reasonOf(error: unknown): string {
  if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError))
    return 'the keys of the identity provider cannot be read now';
  return error.message;
}

async function verify(token: string, { issuer, clientId, keys }: LogOutTokenRules, nowMs: number) {
  try {
    return await jwtVerify(token, keys, {
      algorithms,
      issuer,
      audience: clientId,
      currentDate: new Date(nowMs),
      clockTolerance: toleranceS,
      maxTokenAge: maxAgeS,
      requiredClaims: ['iat', 'exp', 'jti', 'events'],
    });
  } catch (error) {
    throw refused(reasonOf(error), error);
  }
}

/** Throws `input.invalid` with status 400, as the standard wants it for every refusal. */
export async function readLogOutToken(
  token: string,
  rules: LogOutTokenRules,
  nowMs: number,
): Promise<LogOutToken> {
  const { payload, protectedHeader } = await verify(token, rules, nowMs);
  if (!types.includes(protectedHeader.typ?.toLowerCase())) throw refused('it is a token of another kind');
  const claims = claimsSchema.safeParse(payload);
  if (!claims.success) throw refused(claims.error.issues[0]?.message ?? 'its claims do not fit');
  const { jti, sub, sid, iat } = claims.data;
  return {
    issuer: rules.issuer,
    jti,
    subject: sub,
    sid,
    expiresAtMs: (iat + maxAgeS + toleranceS) * 1000,
  };
}
