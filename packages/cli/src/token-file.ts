/**
 * The token on disk: where it lies, and that only its owner reads it. The places are those of the WLCG's bearer token
 * discovery, so that other programs find it too.
 */
import { open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CliError } from './cli-error.ts';
import { readPrivateFile, writePrivateFile } from './private-file.ts';
import type { World } from './world.ts';

export interface SavedToken {
  /** Origin of the server that issued it, and the only one it is sent to. */
  readonly server: string;
  readonly access_token: string;
  readonly refresh_token?: string | undefined;
  /** Seconds since 1970. */
  readonly expires_at: number;
}

export function tokenFileOf({ env, userId }: Pick<World, 'env' | 'userId'>, named?: string): string {
  if (named !== undefined) return named;
  const { BEARER_TOKEN_FILE: file, XDG_RUNTIME_DIR: folder } = env;
  return file || join(folder || '/tmp', `bt_u${userId}`);
}

const fileError = (path: string, why: string): CliError =>
  new CliError(`The token in ${path} is not used: ${why}. Log in again: dirac-login`);

const isSaved = (value: unknown): value is SavedToken => {
  const { server, access_token, refresh_token, expires_at } = (value ?? {}) as Partial<SavedToken>;
  const isRefresh = refresh_token === undefined || typeof refresh_token === 'string';
  return (
    typeof server === 'string' &&
    typeof access_token === 'string' &&
    isRefresh &&
    typeof expires_at === 'number'
  );
};

/** Undefined when there is no file. Throws for one that must not be used. */
export async function readTokenFile(path: string, userId: number): Promise<SavedToken | undefined> {
  const bytes = await readPrivateFile(path, userId, (why) => fileError(path, why));
  const text = bytes?.toString('utf8').trim();
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw fileError(path, 'it was not written by dirac-login');
  }
  if (isSaved(value)) return value;
  throw fileError(path, 'it was not written by dirac-login');
}

export async function writeTokenFile(path: string, token: SavedToken): Promise<void> {
  try {
    await writePrivateFile(path, `${JSON.stringify(token)}\n`);
  } catch (error) {
    const { code = 'error' } = error as NodeJS.ErrnoException;
    throw new CliError(`The token cannot be saved in ${path} (${code}). Name another file with --out.`);
  }
}

export const removeTokenFile = (path: string): Promise<void> => rm(path, { force: true });

const lockPauseMs = 100;
const lockPatienceMs = 20_000;

/** A lock left by a program that was killed. */
const isForgotten = async (lock: string, nowMs: number): Promise<boolean> =>
  stat(lock).then(
    ({ mtimeMs }) => nowMs - mtimeMs > lockPatienceMs,
    () => false,
  );

/** One program at a time: a refresh token that is used twice ends the log-in. */
export async function withLock<T>(world: World, path: string, act: () => Promise<T>): Promise<T> {
  const lock = `${path}.lock`;
  const deadlineMs = world.nowMs() + lockPatienceMs;
  for (;;) {
    const handle = await open(lock, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return undefined;
      throw new CliError(`The token in ${path} cannot be renewed: ${lock} cannot be made (${error.code}).`);
    });
    if (handle !== undefined) {
      await handle.close();
      break;
    }
    if (await isForgotten(lock, world.nowMs())) await rm(lock, { force: true });
    else if (world.nowMs() > deadlineMs)
      throw new CliError(`Another program renews the token in ${path}; try again, or remove ${lock}.`);
    else await world.sleep(lockPauseMs);
  }
  try {
    return await act();
  } finally {
    await rm(lock, { force: true });
  }
}
