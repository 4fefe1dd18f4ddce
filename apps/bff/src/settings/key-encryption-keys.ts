/**
 * Where the key that seals stored keys comes from (credentials.md §6.2): a command, which asks a key service; a file that
 * only its owner reads; a variable of the environment. All that are set are read: the first key of the first of them
 * seals, every other one opens what it sealed before, so that a key moves from one place to another without downtime.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { secretKey, type SettingFault } from './setting-kinds.ts';

export interface KeySources {
  readonly command: string | undefined;
  readonly file: string | undefined;
  readonly environment: Uint8Array | undefined;
  readonly former: readonly Uint8Array[];
}

export interface KeyEncryptionKeys {
  /** The one that seals first; empty when no source is set. */
  readonly keys: readonly Uint8Array[];
  readonly faults: readonly SettingFault[];
}

/** A service that takes longer is not there. */
const commandPatienceMs = 10_000;
const maxKeys = 20;
const format = 'a key of 32 bytes a line in hexadecimal or base64, the one that seals first';

/** Thrown here alone: what is wrong, without anything of what was read. */
class SourceError extends Error {}

function keysOf(text: string): readonly Uint8Array[] {
  const lines = text.split('\n').map((line) => line.trim());
  const readings = lines.filter((line) => line !== '').map((line) => secretKey.read(line));
  const keys = readings.flatMap((reading) => (reading.ok ? [reading.value] : []));
  if (keys.length === 0 || keys.length !== readings.length || keys.length > maxKeys)
    throw new SourceError(`does not give ${format}`);
  return keys;
}

function keysOfFile(path: string): readonly Uint8Array[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFile() !== true) throw new SourceError('names no file');
  if ((found.mode & 0o077) !== 0) throw new SourceError('names a file that others than its owner can use');
  return keysOf(readFileSync(path, 'utf8'));
}

/** What the command may know of the environment: nothing of ours, which holds other secrets. */
const foreignEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('WM_') && name !== 'DATABASE_URL'),
  );

function keysOfCommand(command: string, patienceMs: number): readonly Uint8Array[] {
  const [program = '', ...words] = command.split(/\s+/).filter((word) => word !== '');
  if (!isAbsolute(program)) throw new SourceError('names no program by its whole path');
  let printed: Buffer;
  try {
    // No shell. What it says of its own goes to the log of the service; what it prints is the secret.
    printed = execFileSync(program, words, {
      timeout: patienceMs,
      killSignal: 'SIGKILL',
      maxBuffer: 65_536,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: foreignEnvironment(),
    });
  } catch (error) {
    const { code, status } = error as { readonly code?: string; readonly status?: number | null };
    if (code === 'ETIMEDOUT') throw new SourceError(`gave nothing within ${patienceMs / 1000} s`);
    throw new SourceError(typeof status === 'number' ? `ended with exit code ${status}` : 'could not be run');
  }
  try {
    return keysOf(printed.toString('utf8'));
  } finally {
    printed.fill(0);
  }
}

/** Never throws; a fault names the source and nothing of its content. */
export function readKeyEncryptionKeys(
  { command, file, environment, former }: KeySources,
  patienceMs = commandPatienceMs,
): KeyEncryptionKeys {
  const faults: SettingFault[] = [];
  const tried = (
    variable: string,
    right: string,
    read: () => readonly Uint8Array[],
  ): readonly Uint8Array[] => {
    try {
      return read();
    } catch (error) {
      const wrong = error instanceof SourceError ? error.message : 'cannot be read';
      faults.push({ variable, wrong, right });
      return [];
    }
  };
  const all = [
    ...(command === undefined
      ? []
      : tried('WM_KEK_COMMAND', `a program that prints ${format}`, () => keysOfCommand(command, patienceMs))),
    ...(file === undefined
      ? []
      : tried('WM_KEK_FILE', `a file of mode 0400 or 0600 with ${format}`, () => keysOfFile(file))),
    ...(environment === undefined ? [] : [environment]),
    ...former,
  ];
  const keys = all.filter(
    (key, index) => all.findIndex((other) => Buffer.from(other).equals(Buffer.from(key))) === index,
  );
  return { keys, faults };
}
