/**
 * Starts the real server as a process of its own, on a free port with a throw-away data folder, and waits for
 * its `server.ready` line. Asked by the journeys, the smoke test, the benchmarks and the kill harness.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { compileCache, serverFlags } from '../../scripts/server-flags.mjs';

const main = join(import.meta.dirname, '..', '..', 'apps', 'bff', 'src', 'main.ts');

export interface ServerOptions {
  /** Kept and reused when given; otherwise made and removed at `stop`. */
  readonly dataFolder?: string;
  /** 0 = any free one. */
  readonly port?: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** Kills the server at any moment, even before it is ready. */
  readonly signal?: AbortSignal;
  /** Gets every line the server writes. */
  readonly onLine?: (line: string) => void;
}

export interface RunningServer {
  readonly url: string;
  readonly port: number;
  readonly dataFolder: string;
  readonly processId: number;
  /** Asks it to stop, waits for its end, and removes a data folder of its own. */
  stop(): Promise<void>;
  /** SIGKILL; resolves when the process is gone. The data folder stays. */
  kill(): Promise<void>;
}

const ended = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', () => resolve()));

/** The address from the `server.ready` line; undefined for every other line. */
export function readyUrl(line: string): string | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const record = JSON.parse(line) as { msg?: string; url?: string };
    return record.msg === 'server.ready' ? record.url : undefined;
  } catch {
    return undefined;
  }
}

function ready(child: ChildProcess, onLine: (line: string) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    const last: string[] = [];
    const look = (line: string): void => {
      onLine(line);
      last.push(line);
      if (last.length > 40) last.shift();
      const url = readyUrl(line);
      if (url !== undefined) resolve(url);
    };
    for (const stream of [child.stdout, child.stderr])
      if (stream) createInterface({ input: stream }).on('line', look);
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(new Error(`The server ended before it was ready (${signal ?? code}):\n${last.join('\n')}`)),
    );
  });
}

const isSetting = (name: string): boolean => name.startsWith('WM_') || name === 'DATABASE_URL';

/** Environment without the caller's settings, so that those of a developer do not leak in. */
function cleanEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && !isSetting(entry[0]),
    ),
  );
}

export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const dataFolder = options.dataFolder ?? (await mkdtemp(join(tmpdir(), 'workload-manager-')));
  const child = spawn(process.execPath, [...serverFlags, main], {
    stdio: ['ignore', 'pipe', 'pipe'],
    killSignal: 'SIGKILL',
    ...(options.signal ? { signal: options.signal } : {}),
    env: {
      ...cleanEnvironment(),
      ...compileCache(),
      WM_PORT: String(options.port ?? 0),
      WM_DATA: dataFolder,
      WM_LOGINS_PER_MINUTE: '10000',
      WM_REQUESTS_PER_MINUTE: '1000000',
      WM_PROXY_UPLOADS_PER_MINUTE: '10000',
      ...options.environment,
    },
  });
  const url = await ready(child, options.onLine ?? (() => undefined));
  return {
    url,
    port: Number(new URL(url).port),
    dataFolder,
    processId: child.pid ?? 0,
    stop: async () => {
      child.kill('SIGTERM');
      await ended(child);
      if (options.dataFolder === undefined) await rm(dataFolder, { recursive: true, force: true });
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended(child);
    },
  };
}
