/** A MariaDB below the folder of `OwnDaemons`, for services that keep their state in one; root enters by the socket. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { listens, type OwnDaemons } from './own-daemons.ts';

export interface OwnDatabase {
  readonly socket: string;
  /** Runs statements as root; what they print, without headings. */
  run(sql: string): string;
}

/** Without a port it is reached by its socket alone. */
export async function startMariadb(daemons: OwnDaemons, port?: number): Promise<OwnDatabase> {
  const at = (name: string): string => join(daemons.folder, name);
  const common = ['--no-defaults', '--user=root', `--datadir=${at('db')}`];
  const socket = at('db.sock');
  execFileSync(
    'mariadb-install-db',
    [...common, '--auth-root-authentication-method=socket', '--skip-test-db', '--skip-name-resolve'],
    { stdio: 'ignore' },
  );
  daemons.start('mariadb', 'mariadbd', [
    ...common,
    ...(port === undefined ? ['--skip-networking'] : [`--port=${port}`, '--bind-address=127.0.0.1']),
    ...[
      `--socket=${socket}`,
      `--pid-file=${at('db.pid')}`,
      '--skip-name-resolve',
      '--performance-schema=OFF',
    ],
    ...['--innodb-buffer-pool-size=64M', '--innodb-lock-wait-timeout=900'],
  ]);
  await daemons.until('mariadb', () => (port === undefined ? existsSync(socket) : listens(port)));
  return {
    socket,
    run: (sql) =>
      execFileSync('mariadb', ['--no-defaults', `--socket=${socket}`, '-u', 'root', '-N', '-B'], {
        input: sql,
        encoding: 'utf8',
        stdio: ['pipe', 'pipe', 'pipe'],
      }),
  };
}
