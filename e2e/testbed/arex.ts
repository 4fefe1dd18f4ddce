/**
 * NorduGrid A-REX 6 on loopback, with the back-end `fork`: jobs are processes of this machine, of the account
 * nobody. Its state lies in the given folder; it ends with this process at the latest.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, copyFile, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseChain, readPem, type Certificate } from '@wm/credentials';
import { skipWithoutOpenssl } from '@wm/credentials/testing';
import {
  arcConf,
  inOwnTrust,
  jobsXml,
  loopingScan,
  oldNode,
  oldNodeScript,
  webXml,
  type ArexPlaces,
} from './arex-configuration.ts';
import { startTokenIssuer, type TokenIssuer } from './arex-issuer.ts';
import { endTagged, startDaemon, type OwnProcess } from './own-process.ts';
import { writeTestCertificates, type TestCertificates } from './test-certificates.ts';

const nobody = 65_534;
const arched = '/usr/sbin/arched';

/** Why A-REX cannot be started here; false when it can. */
export function arexIsMissing(): string | false {
  const isThere = existsSync(arched) && existsSync('/usr/share/arc/scan-fork-job');
  if (userInfo().uid !== 0 || !isThere) return 'needs NorduGrid ARC 6 (arched) and root';
  return skipWithoutOpenssl && `needs openssl: ${skipWithoutOpenssl}`;
}

/** Why A-REX here cannot verify tokens; false when it can. */
export function tokensAreMissing(): string | false {
  const { status } = spawnSync('unshare', [...withTrust('/'), 'true'], { stdio: 'ignore' });
  return status !== 0 && 'needs the right to mount in a name space of its own, for the trust folder of A-REX';
}

const withTrust = (folder: string): readonly string[] => ['-m', 'sh', '-c', inOwnTrust, 'sh', folder];

export interface Arex {
  /** Such as `https://localhost:1234/arex`. */
  readonly endpoint: string;
  readonly certificates: TestCertificates;
  /** Whose tokens it takes. */
  readonly issuer: TokenIssuer;
  /** A Node.js that the account of the jobs can run. */
  readonly nodeExecutable: string;
  readonly sessionFolder: string;
  /** The chain that the service holds as a delegation of this id. */
  delegated(id: string): readonly Certificate[];
  /** Ends the service and keeps its state; jobs run on. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Ends the service and all jobs. */
  end(): Promise<void>;
}

/** `folder` must be reachable for other accounts. */
export async function startArex(folder: string): Promise<Arex> {
  const certificates = await writeTestCertificates(folder);
  const issuer = await startTokenIssuer(certificates);
  const port = await freePort();
  const places: ArexPlaces = {
    folder,
    port,
    account: 'nobody:nogroup',
    certificates,
    issuerUrl: issuer.url,
  };
  await writeFolders(places);
  const tag = `${folder}:${places.port}`;
  let daemons: readonly OwnProcess[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(daemons.map((daemon) => daemon.stop()));
    daemons = [];
  };
  const arex: Arex = {
    endpoint: `https://localhost:${places.port}/arex`,
    certificates,
    issuer,
    nodeExecutable: await nodeForNobody(folder),
    sessionFolder: join(folder, 'session'),
    delegated: (id) => {
      const path = join(folder, 'control', 'delegations', ...(id.match(/.{3}/g) ?? []));
      const blocks = readPem(readFileSync(path, 'utf8')).filter(({ label }) => label === 'CERTIFICATE');
      return parseChain(blocks.map(({ der }) => der));
    },
    stop,
    start: async () => {
      daemons = ['arex', 'ws'].map((name) => daemonOf(places, name, tag));
      await listening(places.port, daemons);
    },
    end: async () => {
      await stop();
      await endTagged(tag);
      await issuer.close();
    },
  };
  await arex.start();
  return arex;
}

/** Tokens are for the web half alone. */
const daemonOf = ({ folder, certificates }: ArexPlaces, name: string, tag: string): OwnProcess => {
  const args = ['-f', '-c', join(folder, `${name}.xml`)];
  const command =
    name === 'ws' && tokensAreMissing() === false
      ? { program: 'unshare', args: [...withTrust(certificates.trustFolder), arched, ...args] }
      : { program: arched, args };
  return startDaemon({
    ...command,
    folder: join(folder, 'tmp'),
    logFile: join(folder, 'log', `${name}.out`),
    tag,
    environment: {
      ARC_CONFIG: join(folder, 'arex.cfg'),
      ARC_LOCATION: join(folder, 'location'),
      GLOBUS_LOCATION: '/usr',
      TMPDIR: join(folder, 'tmp'),
      HOSTNAME: 'localhost',
      X509_USER_CERT: certificates.hostCertificate,
      X509_USER_KEY: certificates.hostKey,
      X509_CERT_DIR: certificates.trustFolder,
    },
  });
};

async function writeFolders(places: ArexPlaces): Promise<void> {
  const { folder } = places;
  for (const name of ['control', 'session', 'runtime', 'tmp', 'log', 'location/sbin', 'location/share/arc'])
    await mkdir(join(folder, name), { recursive: true, mode: 0o755 });
  await chmod(join(folder, 'tmp'), 0o1777);
  await writeFile(join(folder, 'arc.conf'), arcConf(places));
  await writeFile(join(folder, 'arex.xml'), jobsXml(places));
  await writeFile(join(folder, 'ws.xml'), webXml(places));
  const save = ['--config', join(folder, 'arc.conf'), '--runconfig', join(folder, 'arex.cfg'), '--save'];
  execFileSync('/usr/lib/arc/arcconfig-parser', save, { stdio: ['ignore', 'ignore', 'pipe'] });
  await shadowInstallation(join(folder, 'location'));
  await writeOldNode(folder);
}

async function writeOldNode(folder: string): Promise<void> {
  const [bin, script] = [join(folder, 'old-node'), join(folder, 'control', 'rte', 'enabled', oldNode)];
  await mkdir(bin);
  await writeFile(join(bin, 'node'), '#!/bin/sh\necho v12.22.12\n', { mode: 0o755 });
  await mkdir(dirname(script), { recursive: true });
  await writeFile(script, oldNodeScript(bin));
}

/** Links to the installed files, so that a few of them can be others. */
async function shadowInstallation(location: string): Promise<void> {
  await symlink('/usr/lib', join(location, 'lib'));
  await symlink('/usr/bin', join(location, 'bin'));
  const [from, to] = ['/usr/share/arc', join(location, 'share', 'arc')];
  const changed = ['scan-fork-job', 'cancel-fork-job', 'submit-fork-job'];
  for (const name of await readdir(from))
    if (!changed.includes(name)) await symlink(join(from, name), join(to, name));
  const script = (name: string): Promise<string> => readFile(join(from, name), 'utf8');
  const write = (name: string, text: string): Promise<void> =>
    writeFile(join(to, name), text, { mode: 0o755 });
  await write('once-scan-fork-job', (await script('scan-fork-job')).replace(/^sleep 10$/m, ':'));
  await write('scan-fork-job', loopingScan(join(to, 'once-scan-fork-job')));
  await write('cancel-fork-job', (await script('cancel-fork-job')).replace('sleep 5', 'sleep 0.2'));
  await write('submit-fork-job', (await script('submit-fork-job')).replace('sleep 1', 'sleep 0.1'));
}

/** This one, or a copy of it where nobody may not reach it. */
async function nodeForNobody(folder: string): Promise<string> {
  const { status } = spawnSync(process.execPath, ['--version'], { uid: nobody, gid: nobody, cwd: '/' });
  if (status === 0) return process.execPath;
  const copy = join(folder, 'node');
  await copyFile(process.execPath, copy);
  await chmod(copy, 0o755);
  return copy;
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

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

async function listening(port: number, daemons: readonly OwnProcess[]): Promise<void> {
  for (let asked = 0; asked < 600; asked += 1) {
    if (await answers(port)) return;
    if (!daemons.every((daemon) => daemon.isAlive())) break;
    await delay(50);
  }
  throw new Error('A-REX does not start; its folder log/ says why');
}
