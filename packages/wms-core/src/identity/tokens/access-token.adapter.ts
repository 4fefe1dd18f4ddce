/**
 * Access tokens as signed JSON Web Tokens with DiracX's claims (rest-api.md §1.2). One algorithm, Ed25519, and only
 * keys of ours, found by `kid`: what a header says of other keys or algorithms is never followed.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { SignJWT, decodeProtectedHeader, jwtVerify } from 'jose';
import { z } from 'zod';
import { WmsError } from '../../kernel/wms-error.ts';

const algorithm = 'Ed25519';
const maxTokenLength = 16_384;

/** No `nonce` and no `aud`: what has them is another kind of token. */
const claimsSchema = z.strictObject({
  jti: z.string(),
  sub: z.string(),
  iss: z.string(),
  exp: z.number().int(),
  vo: z.string(),
  dirac_group: z.string(),
  dirac_properties: z.array(z.string()),
  preferred_username: z.string(),
  dirac_policies: z.record(z.string(), z.unknown()),
});

export type AccessClaims = z.infer<typeof claimsSchema>;

export interface NewKey {
  /** JSON Web Key as text. */
  readonly publicKey: string;
  /** PKCS#8. */
  readonly privateKey: Buffer;
}

export function makeSigningKey(kid: string): NewKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const jwk = {
    ...publicKey.export({ format: 'jwk' }),
    kid,
    alg: algorithm,
    use: 'sig',
    key_ops: ['verify'],
  };
  return { publicKey: JSON.stringify(jwk), privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }) };
}

export const readPublicKey = (jwk: Readonly<Record<string, unknown>>): KeyObject =>
  createPublicKey({ key: jwk, format: 'jwk' });

export const readPrivateKey = (der: Buffer): KeyObject =>
  createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });

export const signAccessToken = (
  claims: AccessClaims,
  signer: { readonly kid: string; readonly privateKey: KeyObject },
): Promise<string> =>
  new SignJWT({ ...claims })
    .setProtectedHeader({ alg: algorithm, typ: 'JWT', kid: signer.kid })
    .sign(signer.privateKey);

const invalidToken = (cause?: unknown): WmsError =>
  new WmsError('access.unauthenticated', 'Invalid JWT', {}, { cause });

/** Undefined for what has no readable header. */
function kidOf(token: string): string | undefined {
  if (token.length > maxTokenLength) return undefined;
  try {
    return decodeProtectedHeader(token).kid;
  } catch {
    return undefined;
  }
}

/** Throws `access.unauthenticated` for everything that is not a token of ours that is still good. */
export async function verifyAccessToken(
  token: string,
  checks: {
    readonly issuer: string;
    readonly nowMs: number;
    readonly keyOf: (kid: string) => Promise<KeyObject | undefined>;
  },
): Promise<AccessClaims> {
  const kid = kidOf(token);
  const key = kid === undefined ? undefined : await checks.keyOf(kid);
  if (key === undefined) throw invalidToken();
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: [algorithm],
      typ: 'JWT',
      issuer: checks.issuer,
      currentDate: new Date(checks.nowMs),
    });
    return claimsSchema.parse(payload);
  } catch (cause) {
    throw invalidToken(cause);
  }
}
