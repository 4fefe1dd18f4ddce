/**
 * A throw-away PostgreSQL for tests and benches: a cluster in a folder of its own on a free loopback port, with
 * fsync on. PostgreSQL refuses to run as root, so root runs it as the account `postgres`. It ends with the process
 * at the latest.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { PostgresConnection } from '../db/postgres-connection.ts';

const versionsFolder = '/usr/lib/postgresql';
const oldestVersion = 15;

/** The newest one installed; undefined when there is none of 15 or newer. */
function postgresBinaries(): string | undefined {
  const versions = existsSync(versionsFolder) ? readdirSync(versionsFolder).map(Number) : [];
  return versions
    .filter((version) => version >= oldestVersion)
    .toSorted((a, b) => b - a)
    .map((version) => join(versionsFolder, String(version), 'bin'))
    .find((folder) => existsSync(join(folder, 'initdb')));
}

interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

/** Whom the server runs as; undefined when this process is root and there is no account for it. */
function serverAccount(): Account | undefined {
  if (userInfo().uid !== 0) return {};
  const id = (flag: string): number =>
    Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout);
  const account = { uid: id('-u'), gid: id('-g') };
  return account.uid > 0 ? account : undefined;
}

export const canStartPostgres = (): boolean =>
  postgresBinaries() !== undefined && serverAccount() !== undefined;

export interface PostgresCluster {
  /** Of the database `postgres`, as a superuser. */
  readonly url: string;
  /** `kill -9` of the whole server, as when the machine dies. */
  kill(): Promise<void>;
  /** The same data and port again after `kill`. */
  restart(): Promise<void>;
  /** Stops it and removes everything. */
  stop(): Promise<void>;
}

/** Throws when there is nothing to start it with, see `canStartPostgres`. */
export async function startPostgresCluster(): Promise<PostgresCluster> {
  const binaries = postgresBinaries();
  const account = serverAccount();
  if (binaries === undefined || account === undefined) throw new Error('PostgreSQL 15 is needed');
  const folder = await mkdtemp(join(tmpdir(), 'wm-postgres-'));
  const data = join(folder, 'data');
  const password = randomBytes(12).toString('hex');
  const port = await freePort();
  const url = `postgresql://wm:${password}@127.0.0.1:${port}/postgres`;
  await makeCluster({ binaries, account, folder, data, password });

  const remover = removeWithProcess({ account, folder, data });
  const start = async (): Promise<ChildProcess> => {
    const settings = [
      `port=${port}`,
      'listen_addresses=127.0.0.1',
      'unix_socket_directories=',
      'max_connections=300',
    ];
    const server = spawn(
      join(binaries, 'postgres'),
      ['-D', data, ...settings.flatMap((setting) => ['-c', setting])],
      { ...account, cwd: folder, stdio: 'ignore', detached: true },
    );
    server.unref();
    await answering(url, server);
    return server;
  };

  let server = await start();
  const end = async (signal: 'SIGINT' | 'SIGKILL'): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.ref(); // or this process would end before it
    server.kill(signal);
    await ended;
  };
  return {
    url,
    kill: () => end('SIGKILL'),
    async restart() {
      server = await start();
    },
    async stop() {
      await end('SIGINT');
      await remover.remove();
    },
  };
}

/**
 * A shell that waits for the end of this process, however it comes (its input ends then), and ends the server and
 * removes the folder.
 */
function removeWithProcess(parts: {
  readonly account: Account;
  readonly folder: string;
  readonly data: string;
}): { remove(): Promise<void> } {
  const { account, folder, data } = parts;
  const script = `cat > /dev/null; cd /
    server=$(head -n 1 "$2/postmaster.pid" 2> /dev/null) && kill -QUIT "$server" 2> /dev/null
    while test -e "$2/postmaster.pid" && kill -0 "$server" 2> /dev/null; do sleep 0.1; done
    rm -rf "$1"`;
  const shell = spawn('sh', ['-c', script, 'sh', folder, data], {
    ...account,
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  shell.unref();
  (shell.stdin as Socket).unref();
  return {
    async remove() {
      const removed = new Promise((resolve) => shell.once('exit', resolve));
      shell.ref();
      shell.stdin.end();
      await removed;
    },
  };
}

async function makeCluster(parts: {
  readonly binaries: string;
  readonly account: Account;
  readonly folder: string;
  readonly data: string;
  readonly password: string;
}): Promise<void> {
  const { binaries, account, folder, data, password } = parts;
  const passwordFile = join(folder, 'password');
  await mkdir(data, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (account.uid !== undefined && account.gid !== undefined)
    for (const path of [folder, data, passwordFile]) await chown(path, account.uid, account.gid);
  const made = spawnSync(
    join(binaries, 'initdb'),
    [
      '-D',
      data,
      '-U',
      'wm',
      `--pwfile=${passwordFile}`,
      '--auth=md5',
      '-E',
      'UTF8',
      '--locale=C.UTF-8',
      '--lc-collate=C',
      '--no-sync',
    ],
    { ...account, cwd: folder, encoding: 'utf8' },
  );
  await rm(passwordFile);
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

const longestStartMs = 30_000;

async function answering(url: string, server: ChildProcess): Promise<void> {
  const startedAt = performance.now();
  for (;;) {
    try {
      const connection = await PostgresConnection.open({ url, name: 'start of the cluster' });
      return await connection.close();
    } catch (error) {
      const isOver = server.exitCode !== null || performance.now() - startedAt > longestStartMs;
      if (isOver) throw new Error('PostgreSQL does not start', { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
