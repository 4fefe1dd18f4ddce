/**
 * Credentials of pilots: `<stamp>.<secret>`. The secret goes to the computing element with the pilot; here only
 * its SHA-256 is kept (the secret has 256 random bits, so a plain digest is enough).
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export interface PilotCredential {
  readonly stamp: string;
  readonly token: string;
  readonly secretSha256: string;
}

const digest = (secret: string): string => createHash('sha256').update(secret).digest('hex');

export const makePilotCredential = (): PilotCredential => {
  const stamp = randomBytes(16).toString('hex');
  const secret = randomBytes(32).toString('base64url');
  return { stamp, token: `${stamp}.${secret}`, secretSha256: digest(secret) };
};

/** Undefined when the text has not the form of a token. */
export const parsePilotToken = (
  token: string,
): { readonly stamp: string; readonly secret: string } | undefined => {
  const [, stamp, secret] = /^([0-9a-f]{32})\.([A-Za-z0-9_-]{43})$/.exec(token) ?? [];
  return stamp === undefined || secret === undefined ? undefined : { stamp, secret };
};

export const isPilotSecret = (secret: string, secretSha256: string): boolean => {
  const [given, kept] = [Buffer.from(digest(secret), 'hex'), Buffer.from(secretSha256, 'hex')];
  return given.length === kept.length && timingSafeEqual(given, kept);
};
