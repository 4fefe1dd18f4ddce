/**
 * A host behind ssh, through the client of the system: it brings the site's own authentication, jump hosts and
 * kept connections without a dependency. One master connection a computing element, in its folder:
 *
 *   control           socket of the kept connection
 *   known_hosts       the key seen first; nothing else is looked up
 *   known_hosts.set   the configured keys, when there are any, instead
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WmsError } from '../../kernel/wms-error.ts';
import type { CommandHost } from './command-host.ts';
import type { SshHostParameters } from './host-parameters.ts';
import { commandEnvironment, runCommand, type CommandEnd } from './run-command.adapter.ts';
import { answerIn, framedScript, quoted } from './shell-script.ts';
import { sshFailure } from './ssh-failure.ts';

export interface SshHostOptions {
  readonly parameters: SshHostParameters;
  /** Of the computing element, on this machine; made when needed. */
  readonly folder: string;
  readonly timeoutS: number;
}

/** Stock sshd allows ten sessions a connection. */
const mostSessions = 8;

/** `wm target bytes`: one line without quotes, so that the log-in shell of the account, whatever it is, hands it on. */
const takeFile =
  'umask 077 && cat > $1.$$ && test $(wc -c < $1.$$) -eq $2 && mv -f $1.$$ $1 || { rm -f $1.$$; false; }';

export const sshHost = (options: SshHostOptions): CommandHost => new SshHost(options);

/** The socket lies in the folder it runs in: its path may be 107 characters long only. To ssh 0 means for ever. */
const keptConnection = (seconds: number): Record<string, string> =>
  seconds === 0
    ? { ControlPath: 'none' }
    : { ControlMaster: 'auto', ControlPath: './control', ControlPersist: String(seconds) };

class SshHost implements CommandHost {
  readonly isHere = false;
  readonly name: string;
  readonly #options: SshHostOptions;
  readonly #waiting: (() => void)[] = [];
  #sessions = 0;
  #made: Promise<readonly string[]> | undefined;

  constructor(options: SshHostOptions) {
    this.#options = options;
    const { address, port } = options.parameters;
    this.name = `${address}:${port}`;
  }

  async run(script: string, timeoutS = this.#options.timeoutS): Promise<string> {
    const marker = randomBytes(16).toString('hex');
    const shell = this.#options.parameters.loginShell ? 'exec bash --login -c "exec sh -s"' : 'exec sh -s';
    const end = await this.#session(shell, framedScript(script, marker), timeoutS);
    const answer = answerIn(end.stdout, marker);
    if (end.code === 0 && answer !== undefined) return answer;
    throw this.#failure(end, timeoutS);
  }

  async upload(file: string, target: string): Promise<void> {
    const bytes = await readFile(file);
    const command = `exec sh -c ${quoted(takeFile)} wm ${quoted(target)} ${bytes.length}`;
    const end = await this.#session(command, bytes, this.#options.timeoutS);
    if (end.code !== 0) throw this.#failure(end, this.#options.timeoutS);
  }

  async #session(command: string, input: string | Buffer, timeoutS: number): Promise<CommandEnd> {
    await this.#enter();
    try {
      const args = await this.#arguments();
      const end = await runCommand({
        program: 'ssh',
        args: [...args, '--', this.#options.parameters.address, command],
        input,
        environment: commandEnvironment(['SSH_AUTH_SOCK']),
        folder: this.#options.folder,
        timeoutS,
      });
      // A connection that hangs must not be used again.
      if (end.isLate) await rm(join(this.#options.folder, 'control'), { force: true });
      return end;
    } catch (cause) {
      if (!(cause instanceof Error && 'syscall' in cause && String(cause.syscall).startsWith('spawn')))
        throw cause;
      const message = 'The program ssh could not be started on the server: it needs OpenSSH.';
      throw new WmsError('service.unavailable', message, {}, { cause });
    } finally {
      this.#leave();
    }
  }

  /** Made once; the folder is there afterwards. */
  #arguments(): Promise<readonly string[]> {
    this.#made ??= this.#make().catch((error: unknown) => {
      this.#made = undefined;
      throw error;
    });
    return this.#made;
  }

  async #make(): Promise<readonly string[]> {
    const { folder, parameters } = this.#options;
    const { address, port, user, identityFile, hostKeys, configFile } = parameters;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const known = hostKeys.map((key) => `${port === 22 ? address : `[${address}]:${port}`} ${key}\n`);
    if (known.length > 0) await writeFile(join(folder, 'known_hosts.set'), known.join(''));
    const settings = {
      BatchMode: 'yes',
      ClearAllForwardings: 'yes',
      ...keptConnection(parameters.keepConnectionS),
      ConnectTimeout: String(parameters.connectTimeoutS),
      GlobalKnownHostsFile: '/dev/null',
      UserKnownHostsFile: known.length > 0 ? './known_hosts.set' : './known_hosts',
      StrictHostKeyChecking: known.length > 0 ? 'yes' : 'accept-new',
      UpdateHostKeys: 'no',
      LogLevel: 'ERROR',
      ServerAliveInterval: '10',
      ServerAliveCountMax: '3',
      ...(identityFile === undefined ? {} : { IdentitiesOnly: 'yes' }),
    };
    return [
      ...['-T', '-F', configFile ?? 'none', '-p', String(port)],
      ...Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`]),
      ...(user === undefined ? [] : ['-l', user]),
      ...(identityFile === undefined ? [] : ['-i', identityFile]),
    ];
  }

  #failure({ code, stderr, isLate }: CommandEnd, timeoutS: number): WmsError {
    const why = isLate
      ? `it did not answer within ${timeoutS} s`
      : code === 255 || code === undefined
        ? sshFailure(stderr)
        : `its shell ended with exit code ${code}: ${stderr.trim() || 'it gave no answer'}`;
    return new WmsError('service.unavailable', `The host ${this.name} could not be asked: ${why}.`, {
      host: this.name,
    });
  }

  async #enter(): Promise<void> {
    if (this.#sessions >= mostSessions) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#sessions += 1;
  }

  /** The place goes to the next one that waits. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#sessions -= 1;
    else next();
  }
}
