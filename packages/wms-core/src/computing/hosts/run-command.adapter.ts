/** Runs one program to its end, with a limit of time, and tells how it ended. Asked by the hosts. */
import { spawn } from 'node:child_process';

export interface CommandOrder {
  readonly program: string;
  readonly args: readonly string[];
  readonly input: string | Buffer;
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly timeoutS: number;
}

export interface CommandEnd {
  /** Undefined when it was ended by a signal, or because its time was over. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly isLate: boolean;
}

/** Standard output and error of a pilot are asked for in pieces far smaller than this. */
const mostBytes = 64 * 1024 * 1024;

/** Rejects when the program cannot be started. */
export const runCommand = (order: CommandOrder): Promise<CommandEnd> =>
  new Promise((resolve, reject) => {
    const child = spawn(order.program, order.args, {
      cwd: order.folder,
      env: order.environment,
      // A group of its own: what hangs is ended with all it started.
      detached: true,
      stdio: 'pipe',
    });
    let isLate = false;
    const end = (): void => {
      isLate = true;
      endGroup(child.pid);
    };
    const timer = setTimeout(end, order.timeoutS * 1000);
    const [stdout, stderr] = [new Collector(end), new Collector(end)];
    child.stdout.on('data', (part: Buffer) => stdout.add(part));
    child.stderr.on('data', (part: Buffer) => stderr.add(part));
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code: code ?? undefined, stdout: stdout.text(), stderr: stderr.text(), isLate });
    });
    // It may end without having read everything; its exit code says why.
    child.stdin.on('error', () => undefined);
    child.stdin.end(order.input);
  });

class Collector {
  readonly #parts: Buffer[] = [];
  readonly #overflow: () => void;
  #bytes = 0;

  constructor(overflow: () => void) {
    this.#overflow = overflow;
  }

  add(part: Buffer): void {
    this.#bytes += part.length;
    if (this.#bytes > mostBytes) this.#overflow();
    else this.#parts.push(part);
  }

  text(): string {
    return Buffer.concat(this.#parts).toString('utf8');
  }
}

const endGroup = (pid: number | undefined): void => {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended meanwhile.
  }
};

/** Variables of the server that commands get; nothing else of its environment leaves it. */
export const commandEnvironment = (names: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    ['PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'LC_ALL', 'TZ', ...names].flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
