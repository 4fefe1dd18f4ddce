/**
 * A VOMS server on loopback, the C++ one, with its members in a private MariaDB. It binds all addresses, so it runs in
 * a network name space of its own, and socat on 127.0.0.1 leads there. Needs root, because name spaces do.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { slashForm, writePem, type Certificate } from '@wm/credentials';
import { encodeExtension, privateKeyOf, type Credential } from '@wm/credentials/authority';
import { createTestPki, skipWithoutOpenssl, type TestPki } from '@wm/credentials/testing';
import { freePorts, OwnDaemons } from './own-daemons.ts';
import { startMariadb, type OwnDatabase } from './own-database.ts';
import { writeTrustFolder } from './test-certificates.ts';
import { escapedDn, memberSql, schemaSql } from './voms-members.ts';

const plugin = '/usr/lib/voms/libvomsmysql.so';
const programs = ['voms', 'voms-proxy-info', 'mariadbd', 'socat', 'ip', 'nsenter'];

/** Why it cannot be started here; false when it can. */
export function vomsIsMissing(): string | false {
  const found = programs.every((program) =>
    ['/usr/sbin', '/usr/bin', '/sbin', '/bin'].some((folder) => existsSync(join(folder, program))),
  );
  if (userInfo().uid !== 0 || !found || !existsSync(plugin))
    return 'needs a VOMS server (voms-server, voms-mysql-plugin, voms-clients, mariadb-server, socat, iproute2) and root';
  if (spawnSync('unshare', ['-n', 'true']).status !== 0) return 'needs the right to make network name spaces';
  return skipWithoutOpenssl && `needs openssl: ${skipWithoutOpenssl}`;
}

/** Of the members' VO, and the host in what it signs. */
export const vo = 'vo.example.org';
export const vomsHost = 'voms.example.org';

export interface Voms {
  readonly pki: TestPki;
  /** Of grid tools: X509_CERT_DIR. */
  readonly trustFolder: string;
  readonly vomses: string;
  readonly vomsdir: string;
  /** Lines of `vomses` for servers that are started already. */
  readonly honest: VomsDaemon;
  /** More of them for the same members, with another certificate. */
  startDaemon(host: Credential): Promise<VomsDaemon>;
  /** Makes somebody a member, in groups and roles such as `/vo/Role=pilot`. */
  addMember(person: Certificate, fqans: readonly string[]): void;
  suspend(person: Certificate, reason: string): void;
  /** Names in the `.lsc` file of the VO; undefined = no such file. */
  trustServer(host: Certificate | undefined): Promise<void>;
  /** What voms-proxy-info reads in a file. It shows attributes with a wrong signature too, and does not say so. */
  read(file: string): { readonly output: string; readonly warnings: string };
  readonly folder: string;
  close(): Promise<void>;
}

export interface VomsDaemon {
  /** Line of `vomses`. */
  readonly line: string;
  /** Nobody reaches it any more, or again. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

export async function startVoms(): Promise<Voms> {
  const daemons = await OwnDaemons.open('voms');
  const { folder } = daemons;
  const at = (name: string): string => join(folder, name);
  const pki = await createTestPki();
  await writeTrustFolder(at('certificates'), pki);
  await mkdir(at('home'));
  await writeFile(at('home/.rnd'), '');
  const database = await startMariadb(daemons);
  const password = randomBytes(12).toString('hex');
  database.run(schemaSql(vo, password));
  // Other modes are refused, and so is a file without a line end.
  await writeFile(at('password'), `${password}\n`, { mode: 0o640 });
  const nameSpace = await openNameSpace(daemons);
  let count = 0;
  const startDaemon = (host: Credential): Promise<VomsDaemon> =>
    runDaemon({ daemons, database, nameSpace, host, name: `voms${(count += 1)}` });
  const host = await makeHost(pki, vomsHost);
  const honest = await startDaemon(host);
  await writeFile(at('vomses'), honest.line);
  const trustServer = async (server: Certificate | undefined): Promise<void> => {
    const file = at(`vomsdir/${vo}/${vomsHost}.lsc`);
    await mkdir(join(file, '..'), { recursive: true });
    if (server) await writeFile(file, `${escapedDn(server.subject)}\n${escapedDn(server.issuer)}\n`);
    else await rm(file);
  };
  await trustServer(host.certificate);
  return {
    folder,
    pki,
    trustFolder: at('certificates'),
    vomses: at('vomses'),
    vomsdir: at('vomsdir'),
    honest,
    startDaemon,
    addMember: (person, fqans) => void database.run(memberSql(vo, person, fqans)),
    suspend: (person, reason) =>
      void database.run(
        `update voms.certificate set suspended = 1, suspended_reason = '${reason}' where subject_string = '${escapedDn(person.subject)}'`,
      ),
    trustServer,
    read: (file) => {
      const { stdout, stderr } = spawnSync('voms-proxy-info', ['-all', '-file', file], {
        encoding: 'utf8',
        env: {
          PATH: '/usr/bin:/bin',
          HOME: at('home'),
          X509_CERT_DIR: at('certificates'),
          X509_VOMS_DIR: at('vomsdir'),
        },
      });
      return { output: stdout, warnings: stderr };
    },
    close: () => daemons.close(),
  };
}

/** The server puts the identifier of its own key into what it signs, and does not work without. */
export const makeHost = (
  pki: TestPki,
  name: string,
  order: Parameters<TestPki['person']>[1] = {},
): Promise<Credential> => {
  const identifier = Uint8Array.of(4, 20, ...randomBytes(20));
  return pki.person(name, { ...order, extensions: [encodeExtension('2.5.29.14', false, identifier)] });
};

/** A process that holds the name space; its id. */
async function openNameSpace(daemons: OwnDaemons): Promise<string> {
  const file = join(daemons.folder, 'name-space');
  const script = 'ip link set lo up && echo $$ > "$1.new" && mv "$1.new" "$1" && exec sleep infinity';
  daemons.start('name-space', 'unshare', ['-n', 'sh', '-c', script, 'sh', file]);
  await daemons.until('name-space', () => existsSync(file));
  return readFileSync(file, 'utf8').trim();
}

interface DaemonOrder {
  readonly daemons: OwnDaemons;
  readonly database: OwnDatabase;
  readonly nameSpace: string;
  readonly host: Credential;
  readonly name: string;
}

async function runDaemon({ daemons, database, nameSpace, host, name }: DaemonOrder): Promise<VomsDaemon> {
  const at = (file: string): string => join(daemons.folder, file);
  const [port = 0] = await freePorts(1);
  await writeFile(at(`${name}.cert.pem`), writePem('CERTIFICATE', host.certificate.der));
  await writeFile(at(`${name}.key.pem`), writePem('PRIVATE KEY', await privateKeyOf(host)), { mode: 0o600 });
  const lines = [
    ...[`--vo=${vo}`, '--dbname=voms', '--username=voms', `--passfile=${at('password')}`],
    ...[`--sqlloc=${plugin}`, `--mysql-socket=${database.socket}`],
    ...[`--port=${port}`, '--contactstring=localhost', `--uri=${vomsHost}:${port}`],
    ...[`--logfile=${at(`${name}.log`)}`, '--loglevel=4', '--logtype=7', '--newformat'],
    ...['--socktimeout=30', '--timeout=86400', `--x509_cert_dir=${at('certificates')}`],
    ...[`--x509_user_cert=${at(`${name}.cert.pem`)}`, `--x509_user_key=${at(`${name}.key.pem`)}`],
  ];
  await writeFile(at(`${name}.conf`), `${lines.join('\n')}\n`);
  const enter = ['-t', nameSpace, '-n'];
  // It goes to the background whatever it is told; the folder in its environment is how it is found at the end.
  execFileSync('nsenter', [...enter, 'voms', '-conf', at(`${name}.conf`)], {
    stdio: 'ignore',
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', WM_TESTBED: daemons.folder },
  });
  const forward = `${name}-forward`;
  const start = async (): Promise<void> => {
    const inside = `nsenter ${enter.join(' ')} socat -t0.1 - TCP\\:127.0.0.1\\:${port}`;
    daemons.start(forward, 'socat', [
      '-t0.1',
      `TCP-LISTEN:${port},bind=127.0.0.1,fork,reuseaddr`,
      `EXEC:${inside}`,
    ]);
    await daemons.until(forward, () => answers(port));
  };
  await start();
  const dn = slashForm(host.certificate.subject);
  return {
    line: `"${vo}" "localhost" "${port}" "${dn}" "${vo}" "24"\n`,
    stop: () => daemons.stop(forward),
    start,
  };
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
    const end = (isGood: boolean) => (): void => {
      socket.destroy();
      resolve(isGood);
    };
    socket.once('secureConnect', end(true)).once('error', end(false)).once('close', end(false));
  });
