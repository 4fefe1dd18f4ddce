/**
 * ID tokens at rest. One is kept until the log-out, which shows it to the identity provider to say whose session is to
 * end there; sealed, since it names a person and is of no use to anybody who copies the database. So is what a provider
 * told of an identity that waits to be linked.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

export interface IdTokenSeal {
  /** Opens for the same account only. */
  seal(idToken: string, accountId: string): string;
  /** Undefined when it was sealed for another account or with another secret. */
  open(sealed: string, accountId: string): string | undefined;
}

const ivBytes = 12;
const tagBytes = 16;

/** The key comes from the secret of the session cookies: when that changes, no session is left to log out of. */
export function createIdTokenSeal(sessionSecret: string): IdTokenSeal {
  const key = Buffer.from(hkdfSync('sha256', sessionSecret, '', 'ID tokens of sessions', 32));
  return {
    seal(idToken, accountId) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(accountId));
      return Buffer.concat([iv, cipher.update(idToken), cipher.final(), cipher.getAuthTag()]).toString(
        'base64url',
      );
    },
    open(sealed, accountId) {
      const bytes = Buffer.from(sealed, 'base64url');
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes))
          .setAAD(Buffer.from(accountId))
          .setAuthTag(bytes.subarray(-tagBytes));
        const plain = [decipher.update(bytes.subarray(ivBytes, -tagBytes)), decipher.final()];
        return Buffer.concat(plain).toString('utf8');
      } catch {
        return undefined;
      }
    },
  };
}
