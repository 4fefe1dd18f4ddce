/**
 * A daemon in the foreground that belongs to this process alone. What a daemon leaves behind (jobs that run on) is
 * found by a tag in its environment and ended too: never by name, never anything of others.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const tagName = 'WM_TESTBED_TAG';

export interface OwnProcess {
  readonly isAlive: () => boolean;
  stop(): Promise<void>;
}

export interface DaemonOrder {
  readonly program: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly logFile: string;
  /** Handed down to all it starts; see `endTagged`. */
  readonly tag: string;
}

export function startDaemon(order: DaemonOrder): OwnProcess {
  const log = openSync(order.logFile, 'a');
  const child = spawn(order.program, order.args, {
    cwd: order.folder,
    env: {
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      ...order.environment,
      [tagName]: order.tag,
    },
    stdio: ['ignore', log, log],
  });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  return {
    isAlive: () => isAlive(child),
    stop: async () => {
      process.off('exit', kill);
      if (!isAlive(child)) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      // A-REX naps ten seconds before it leaves; its state is on disk.
      const grace = setTimeout(kill, 2000);
      await ended;
      clearTimeout(grace);
    },
  };
}

const isAlive = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null;

/** Ends every process that carries the tag, and waits until none is left. */
export async function endTagged(tag: string): Promise<void> {
  for (let look = 0; look < 250; look += 1) {
    const found = await tagged(tag);
    if (found.length === 0) return;
    for (const pid of found) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // ended by itself
      }
    }
    await delay(20);
  }
  throw new Error(`processes of ${tag} do not end`);
}

async function tagged(tag: string): Promise<readonly number[]> {
  const mark = `${tagName}=${tag}`;
  const numbers = (await readdir('/proc')).filter(
    (name) => /^\d+$/.test(name) && Number(name) !== process.pid,
  );
  const environments = await Promise.all(
    numbers.map((pid) => readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '')),
  );
  return numbers.filter((_, index) => environments[index]?.split('\0').includes(mark)).map(Number);
}
