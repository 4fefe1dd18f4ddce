/** An OpenSSH server on loopback that lets the account of this process in, by key. Needs no root. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { freePorts, listens, OwnDaemons } from './own-daemons.ts';

const program = '/usr/sbin/sshd';

/** Why it cannot be started here; false when it can. */
export const sshdIsMissing = (): string | false =>
  existsSync(program) ? false : 'needs sshd (package openssh-server)';

export interface SshServer {
  readonly folder: string;
  readonly user: string;
  readonly port: number;
  readonly identityFile: string;
  /** As in the parameters of a computing element. */
  hostKey(): string;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Another host key from the next start on. */
  changeHostKey(): Promise<void>;
  close(): Promise<void>;
}

/** `sessionVariables` are those of every session. */
export async function startSshServer(sessionVariables: Record<string, string> = {}): Promise<SshServer> {
  const daemons = await OwnDaemons.open('sshd');
  const { folder } = daemons;
  const at = (name: string): string => join(folder, name);
  const [port = 0] = await freePorts(1);
  const user = userInfo().username;
  makeKey(at('host'));
  makeKey(at('client'));
  await copyFile(at('client.pub'), at('authorized_keys'));
  await writeFile(at('banner'), 'This is a banner.\n');
  await writeFile(at('sshd_config'), configuration({ folder, port, user, sessionVariables }));
  // Where it parts with its rights, when it has any.
  if (userInfo().uid === 0) await mkdir('/run/sshd', { recursive: true });
  const start = async (): Promise<void> => {
    daemons.start('sshd', program, ['-D', '-e', '-f', at('sshd_config')]);
    await daemons.until('sshd', () => listens(port));
  };
  await start();
  return {
    folder,
    user,
    port,
    identityFile: at('client'),
    hostKey: () => publicKey(at('host')),
    start,
    stop: () => daemons.stop('sshd'),
    changeHostKey: async () => {
      await rm(at('host'));
      await rm(at('host.pub'));
      makeKey(at('host'));
    },
    close: () => daemons.close(),
  };
}

const makeKey = (file: string): void => {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'testbed', '-f', file]);
};

const publicKey = (file: string): string =>
  execFileSync('ssh-keygen', ['-y', '-f', file], { encoding: 'utf8' })
    .split(' ')
    .slice(0, 2)
    .join(' ')
    .trim();

const configuration = (server: {
  readonly folder: string;
  readonly port: number;
  readonly user: string;
  readonly sessionVariables: Readonly<Record<string, string>>;
}): string => {
  // SHLVL keeps bash from the start-up file of the account, whatever that does.
  const variables = Object.entries({ SHLVL: '1', ...server.sessionVariables }).map(
    ([name, value]) => `${name}=${value}`,
  );
  return [
    `ListenAddress 127.0.0.1:${server.port}`,
    `HostKey ${server.folder}/host`,
    `PidFile ${server.folder}/sshd.pid`,
    `AuthorizedKeysFile ${server.folder}/authorized_keys`,
    `Banner ${server.folder}/banner`,
    `AllowUsers ${server.user}`,
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    `SetEnv ${variables.join(' ')}`,
    '',
  ].join('\n');
};
