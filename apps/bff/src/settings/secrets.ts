/**
 * The secrets of the process. Those not given by the environment are made once and kept in the data folder,
 * each a file of mode 0600 created with it (DESIGN D18). `settings.ts` allows that in demo mode only.
 */
import { existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

export interface Secrets {
  /** Signs the session cookie. */
  readonly sessionSecret: string;
  /** Encrypts stored proxies; 32 bytes. */
  readonly keyEncryptionKey: Uint8Array;
  /** Signs presigned URLs; 32 bytes. */
  readonly signingKey: Uint8Array;
}

export type GivenSecrets = { readonly [K in keyof Secrets]: Secrets[K] | undefined };

/** The text of a secret file, made with `make` when it is not there. */
export function loadOrMakeSecretFile(dataFolder: string, fileName: string, make: () => string): string {
  const folder = join(dataFolder, 'secrets');
  const path = join(folder, fileName);
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const draft = `${path}.${randomBytes(6).toString('hex')}`;
    writeFileSync(draft, make(), { flag: 'wx', mode: 0o600, flush: true });
    try {
      // A link is whole or not there, and fails when another process that starts just now was faster.
      linkSync(draft, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      unlinkSync(draft);
    }
  }
  return readFileSync(path, 'utf8');
}

const randomHex = (): string => randomBytes(32).toString('hex');

/** The demo's token of `/metrics`. */
export const loadOrMakeMetricsToken = (dataFolder: string): string =>
  loadOrMakeSecretFile(dataFolder, 'metrics-token', randomHex);

export function loadOrMakeSecrets(dataFolder: string, given: GivenSecrets): Secrets {
  const hex = (fileName: string): string => loadOrMakeSecretFile(dataFolder, fileName, randomHex);
  const key = (fileName: string): Uint8Array => new Uint8Array(Buffer.from(hex(fileName), 'hex'));
  return {
    sessionSecret: given.sessionSecret ?? hex('session-secret'),
    keyEncryptionKey: given.keyEncryptionKey ?? key('key-encryption-key'),
    signingKey: given.signingKey ?? key('signing-key'),
  };
}
