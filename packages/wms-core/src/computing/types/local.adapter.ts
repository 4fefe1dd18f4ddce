/**
 * The `local` computing element: every pilot is a process on the machine of the server, in its own session and
 * folder (computing-elements.md §3). Its folder is the record: a restarted server finds its pilots there.
 *
 *   <stamp>/pid          of the shell around the pilot; the shell's arguments hold the stamp, which proves that a
 *                        process of that number still is this pilot
 *   <stamp>/stop         made before a kill: a shell that is only starting finds it and ends by itself
 *   <stamp>/rc           exit code of the pilot; absent when it was killed with its shell
 *   <stamp>/out, err     what it printed
 *   <stamp>/pilot.json   WM_PILOT_CONFIG, mode 0600; the pilot deletes it when it has read it
 *   <stamp>/work/        working folder of pilot and payloads; removed when the pilot has ended
 */
import { spawn } from 'node:child_process';
import { mkdir, open, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type {
  ComputingElement,
  ComputingElementContext,
  ComputingElementType,
  PilotLaunch,
  PilotStateAtElement,
  SubmitVerdict,
} from '../computing-element.ts';
import type { PilotConfiguration } from '../../pilots/pilot-configuration.ts';
import { killProcessTree, processHolds } from './process-tree.adapter.ts';

const parameters = z.strictObject({
  /** Node.js that runs the pilot; the server's own when not set. */
  nodeExecutable: z.string().min(1).optional(),
  /** Time between TERM and KILL, seconds. */
  killGraceS: z.number().nonnegative().max(600).default(10),
  /** Output of ended pilots is kept so long, hours. */
  keepOutputHours: z.number().nonnegative().default(24),
  /** Names of environment variables of the server that pilots get too. */
  passEnvironment: z.array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'a variable name')).default([]),
});

type Parameters = z.output<typeof parameters>;

/**
 * TERM is caught by the shell so that it outlives the pilot and writes its exit code; a caught signal, unlike an
 * ignored one, is back at its default in the pilot.
 */
const wrapper = `trap : TERM INT HUP
echo $$ > pid.new && mv pid.new pid || exit 1
test -e stop && exit 1
"$2" "$3" > out 2> err < /dev/null &
child=$!
trap 'kill -TERM $child 2>/dev/null' TERM INT HUP
wait $child; code=$?
while kill -0 $child 2>/dev/null; do wait $child; code=$?; done
echo $code > rc.new && mv rc.new rc`;

const stampPattern = /^[0-9a-f]{32}$/;

/** Always handed on; everything else is left behind. */
const plainEnvironment = ['PATH', 'LANG', 'LC_ALL', 'TZ', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE'] as const;

export const localComputingElement: ComputingElementType<typeof parameters> = {
  name: 'local',
  gridType: 'Local',
  parameters,
  open: (context, values) => new LocalComputingElement(context, values),
};

class LocalComputingElement implements ComputingElement {
  readonly endsWithServer = true;
  readonly #context: ComputingElementContext;
  readonly #parameters: Parameters;
  readonly #listeners: ((reference: string) => void)[] = [];

  constructor(context: ComputingElementContext, values: Parameters) {
    this.#context = context;
    this.#parameters = values;
  }

  submit(pilots: readonly PilotLaunch[]): Promise<readonly SubmitVerdict[]> {
    return Promise.all(pilots.map((pilot) => this.#start(pilot)));
  }

  async status(references: readonly string[]): Promise<ReadonlyMap<string, PilotStateAtElement>> {
    const states = await Promise.all(
      references.map(async (reference) => [reference, await this.#stateOf(reference)] as const),
    );
    return new Map(states);
  }

  async kill(references: readonly string[], atOnce = false): Promise<void> {
    const graceMs = atOnce ? 0 : this.#parameters.killGraceS * 1000;
    await Promise.all(
      references.map(async (reference) => {
        const folder = this.#folderOf(reference);
        if (folder === undefined) return;
        // Either the shell sees this, or its pid file is there to be seen.
        await writeFile(join(folder, 'stop'), '').catch(() => undefined);
        await killProcessTree(await livePid(folder, stampOf(reference)), folder, graceMs);
        await removeWork(folder);
      }),
    );
  }

  async output(reference: string, maxBytes: number): Promise<{ stdout: string; stderr: string }> {
    const folder = this.#folderOf(reference);
    if (folder === undefined) return { stdout: '', stderr: '' };
    return {
      stdout: await tail(join(folder, 'out'), maxBytes),
      stderr: await tail(join(folder, 'err'), maxBytes),
    };
  }

  async ceStatus(): Promise<{ waiting: number; running: number }> {
    const stamps = await this.#stamps();
    const pids = await Promise.all(stamps.map((stamp) => livePid(join(this.#context.folder, stamp), stamp)));
    return { waiting: 0, running: pids.filter((pid) => pid !== undefined).length };
  }

  async clean(): Promise<void> {
    const before = this.#context.clock.nowMs() - this.#parameters.keepOutputHours * 3_600_000;
    for (const stamp of await this.#stamps()) {
      const folder = join(this.#context.folder, stamp);
      if ((await livePid(folder, stamp)) !== undefined) continue;
      const lastChange = await stat(join(folder, 'out')).catch(() => stat(folder).catch(() => undefined));
      if (lastChange !== undefined && lastChange.mtimeMs < before)
        await rm(folder, { recursive: true, force: true });
      else await removeWork(folder);
    }
  }

  onEnd(listener: (reference: string) => void): void {
    this.#listeners.push(listener);
  }

  async #stamps(): Promise<readonly string[]> {
    const names = await readdir(this.#context.folder).catch(() => []);
    return names.filter((name) => stampPattern.test(name));
  }

  #folderOf(reference: string): string | undefined {
    const stamp = stampOf(reference);
    return stampPattern.test(stamp) ? join(this.#context.folder, stamp) : undefined;
  }

  async #start(pilot: PilotLaunch): Promise<SubmitVerdict> {
    const { stamp } = pilot;
    const reference = `local://${hostname()}/${stamp}`;
    const folder = join(this.#context.folder, stamp);
    try {
      if (!stampPattern.test(stamp)) throw new Error('the stamp must be 32 hexadecimal digits');
      await mkdir(this.#context.folder, { recursive: true, mode: 0o700 });
      await mkdir(folder, { mode: 0o700 });
      const work = join(folder, 'work');
      await mkdir(join(work, 'tmp'), { recursive: true, mode: 0o700 });
      const configuration: PilotConfiguration = {
        ...pilot,
        workDirectory: work,
        hiddenDirectories: this.#context.hiddenFolders,
      };
      const configurationFile = join(folder, 'pilot.json');
      await writeFile(configurationFile, JSON.stringify(configuration), { mode: 0o600, flag: 'wx' });
      await this.#spawn(stamp, folder, configurationFile, reference);
      return { stamp, ok: true, reference };
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) {
        await rm(folder, { recursive: true, force: true });
      }
      return { stamp, ok: false, reason };
    }
  }

  /** Resolves when the process exists; its end is told to the listeners. */
  #spawn(stamp: string, folder: string, configurationFile: string, reference: string): Promise<void> {
    const node = this.#parameters.nodeExecutable ?? process.execPath;
    const child = spawn(
      '/bin/sh',
      ['-c', `umask 077\n${wrapper}`, 'wm-pilot', stamp, node, this.#context.pilotFile],
      {
        cwd: folder,
        env: this.#environment(join(folder, 'work'), configurationFile),
        detached: true,
        stdio: 'ignore',
      },
    );
    child.once('exit', () => {
      void this.#sweep(folder);
      for (const listener of this.#listeners) listener(reference);
    });
    child.unref();
    return new Promise((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
  }

  /** A pilot ends its payloads itself; one that was killed could not. */
  async #sweep(folder: string): Promise<void> {
    await killProcessTree(undefined, folder, 0);
    await removeWork(folder);
  }

  #environment(work: string, configurationFile: string): Record<string, string> {
    const passed = [...plainEnvironment, ...this.#parameters.passEnvironment].flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value] as const];
    });
    return {
      ...Object.fromEntries(passed),
      HOME: work,
      TMPDIR: join(work, 'tmp'),
      WM_PILOT_CONFIG: configurationFile,
    };
  }

  async #stateOf(reference: string): Promise<PilotStateAtElement> {
    const folder = this.#folderOf(reference);
    if (folder === undefined || (await stat(folder).catch(() => undefined)) === undefined) {
      return { status: 'Aborted', reason: 'There is no such pilot on this computing element.' };
    }
    const pid = await pidIn(folder);
    if (pid === undefined) {
      return (await isYoung(folder, this.#context.clock.nowMs()))
        ? { status: 'Waiting', reason: 'Starting.' }
        : { status: 'Aborted', reason: 'The pilot never started.' };
    }
    if (await processHolds(pid, stampOf(reference)))
      return { status: 'Running', reason: 'The process runs.' };
    // Only now: the shell writes the exit code before it ends.
    const code = await exitCode(folder);
    if (code === 0) return { status: 'Done', reason: 'The pilot ended.' };
    if (code !== undefined) return { status: 'Failed', reason: `The pilot ended with exit code ${code}.` };
    return { status: 'Aborted', reason: 'The pilot was killed, or the machine went down.' };
  }
}

const stampOf = (reference: string): string => reference.slice(reference.lastIndexOf('/') + 1);

const text = (path: string): Promise<string | undefined> => readFile(path, 'utf8').catch(() => undefined);

/** Number of the shell around the pilot; undefined until it has started. */
const pidIn = async (folder: string): Promise<number | undefined> => {
  const pid = Number.parseInt((await text(join(folder, 'pid'))) ?? '', 10);
  return pid > 1 ? pid : undefined;
};

/** The same, while the shell lives. */
const livePid = async (folder: string, stamp: string): Promise<number | undefined> => {
  const pid = await pidIn(folder);
  return pid !== undefined && (await processHolds(pid, stamp)) ? pid : undefined;
};

const exitCode = async (folder: string): Promise<number | undefined> => {
  const code = Number.parseInt((await text(join(folder, 'rc'))) ?? '', 10);
  return Number.isInteger(code) ? code : undefined;
};

/** Between the making of the folder and the pid file; a shell needs milliseconds, half a minute is generous. */
const isYoung = async (folder: string, nowMs: number): Promise<boolean> => {
  const made = await stat(folder).catch(() => undefined);
  return made !== undefined && nowMs - made.birthtimeMs < 30_000;
};

const removeWork = async (folder: string): Promise<void> => {
  await rm(join(folder, 'pilot.json'), { force: true }).catch(() => undefined);
  await rm(join(folder, 'work'), { recursive: true, force: true }).catch(() => undefined);
};

const tail = async (path: string, maxBytes: number): Promise<string> => {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return '';
  try {
    const { size } = await file.stat();
    const length = Math.min(size, maxBytes);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString('utf8');
  } finally {
    await file.close();
  }
};
