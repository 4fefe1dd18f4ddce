/**
 * The key-encryption key as a file of mode 0600, made at first use: the default of an installation that names
 * no key of its own. Keep it out of the backups of the database.
 */
import { createHash, randomBytes } from 'node:crypto';
import { chmod, link, readFile, rm, writeFile } from 'node:fs/promises';
import { keyEncryptionKey, type KeyEncryptionKey } from './key-envelope.adapter.ts';

/** From 32 bytes as base64; the id is made from the key, so the same key has the same id everywhere. */
export function keyFromBase64(text: string, source: string): KeyEncryptionKey {
  const bytes = Buffer.from(text.trim(), 'base64');
  if (bytes.length !== 32)
    throw new RangeError(`${source} must hold 32 bytes as base64 (openssl rand -base64 32).`);
  return keyEncryptionKey(createHash('sha256').update(bytes).digest('hex').slice(0, 16), bytes);
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

async function create(path: string): Promise<void> {
  const temporary = `${path}.${process.pid}`;
  await writeFile(temporary, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  try {
    // a second process that starts at the same moment must not replace the key of the first
    await link(temporary, path);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Reads the key, makes the file when there is none. */
export async function loadOrCreateKeyFile(path: string): Promise<KeyEncryptionKey> {
  const read = async (): Promise<KeyEncryptionKey> => keyFromBase64(await readFile(path, 'utf8'), path);
  try {
    await chmod(path, 0o600);
    return await read();
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
    await create(path);
    return read();
  }
}
