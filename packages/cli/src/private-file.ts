/** Files that hold secrets: read only when they are nobody else's, written whole or not at all, mode 0600. */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import type { CliError } from './cli-error.ts';

/** Makes the error of a file that must not be used. */
export type Refuse = (why: string) => CliError;

/** Undefined when there is none. */
export async function readPrivateFile(
  path: string,
  userId: number,
  refuse: Refuse,
): Promise<Buffer | undefined> {
  // In a folder open to everybody, such as /tmp, a link or somebody else's file may lie in wait.
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw refuse(error.code === 'ELOOP' ? 'it is a link' : `it cannot be read (${error.code})`);
    },
  );
  if (handle === undefined) return undefined;
  try {
    const { mode, uid } = await handle.stat();
    if (uid !== userId) throw refuse('it belongs to somebody else');
    if ((mode & 0o077) !== 0) throw refuse('others may read it; its mode must be 0600');
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

/** Throws with the code of the file system, such as EACCES. */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(text);
    } finally {
      await handle.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
