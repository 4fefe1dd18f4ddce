/**
 * Daemons in the foreground that belong to this process alone, with their state in one new folder below the
 * temporary folder. A keeper, a shell, waits for the end of this process however it comes; then it ends whatever
 * belongs to the folder (daemons, and the jobs they left behind) and removes it.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** sshd writes its title over its environment, but the title names the folder too; a kept ssh connection lies in it. */
const keeper = `cat > /dev/null; cd /
marked() {
  { grep -lsF -e "$1" /proc/[0-9]*/environ /proc/[0-9]*/cmdline
    find /proc/[0-9]* -maxdepth 1 -name cwd -lname "$1*" 2> /dev/null; } |
    sed 's#/proc/\\([0-9]*\\)/.*#\\1#' | sort -u | grep -vx $$
}
for try in $(seq 100); do
  found=
  for pid in $(marked "$1"); do test -d "/proc/$pid" && found="$found $pid"; done
  test -z "$found" && break
  kill -KILL $found 2> /dev/null
  sleep 0.05
done
rm -rf "$1"`;

export class OwnDaemons {
  readonly folder: string;
  readonly #keeper: ChildProcess;
  readonly #daemons = new Map<string, ChildProcess>();

  /** The folder may be passed through by other accounts. Its path is short: those of sockets have 107 characters. */
  static async open(name: string): Promise<OwnDaemons> {
    const folder = await mkdtemp(join(tmpdir(), `wm-${name}-`));
    await chmod(folder, 0o711);
    return new OwnDaemons(folder);
  }

  private constructor(folder: string) {
    this.folder = folder;
    this.#keeper = spawn('/bin/sh', ['-c', keeper, 'wm-testbed', folder], {
      stdio: ['pipe', 'ignore', 'inherit'],
      env: { PATH: path },
      detached: true,
    });
    this.#keeper.unref();
    // A socket like any other, which would keep this process.
    (this.#keeper.stdin as unknown as { unref(): void }).unref();
  }

  start(
    name: string,
    program: string,
    args: readonly string[],
    variables: Record<string, string> = {},
  ): void {
    const log = openSync(this.logOf(name), 'a');
    const child = spawn(program, args, {
      cwd: this.folder,
      env: { PATH: path, LANG: 'C.UTF-8', HOME: '/', WM_TESTBED: this.folder, ...variables },
      stdio: ['ignore', log, log],
    });
    child.once('error', () => undefined);
    child.unref();
    this.#daemons.set(name, child);
  }

  signal(name: string, signal: NodeJS.Signals): void {
    this.#daemons.get(name)?.kill(signal);
  }

  async stop(name: string): Promise<void> {
    const child = this.#daemons.get(name);
    if (child === undefined || !isAlive(child)) return;
    child.ref();
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const grace = setTimeout(() => child.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(grace);
  }

  /** Waits until it is so; fails with the log when the daemon ended or 30 s are over. */
  async until(name: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
    for (let asked = 0; asked < 1500; asked += 1) {
      if (await isSo()) return;
      const child = this.#daemons.get(name);
      if (child !== undefined && !isAlive(child)) break;
      await delay(20);
    }
    const log = existsSync(this.logOf(name)) ? readFileSync(this.logOf(name), 'utf8').slice(-2000) : '';
    throw new Error(`${name} does not work: ${log}`);
  }

  logOf(name: string): string {
    return join(this.folder, `${name}.log`);
  }

  /** Ends everything and removes the folder. */
  async close(): Promise<void> {
    this.#keeper.ref();
    const ended = once(this.#keeper, 'exit');
    this.#keeper.stdin?.end();
    await ended;
  }
}

const isAlive = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null;

export const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

export const freePorts = async (count: number): Promise<readonly number[]> => {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
};
