/**
 * Starts the payload: finds its program, gives it an environment of its own and its output files, and spawns
 * it as leader of a new session through the isolation that the node offers.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, constants, mkdirSync, openSync, readSync } from 'node:fs';
import { access, chmod, stat } from 'node:fs/promises';
import { delimiter, dirname, join, normalize, relative } from 'node:path';
import type { MatchedJob } from '@wm/wms-core/vocabulary';
import type { Command, IsolationLevel, Places } from './isolation.ts';
import type { JobDescription } from './job-description.ts';
import { JobStop, sentenceOf } from './job-stop.ts';
import { endProcesses, killProcesses, signalMembers, tagVariable, type Payload } from './process-tree.ts';
import { usualSearchPath } from './search-path.ts';
import { createTail, type Tail } from './tail.ts';

/** Variables of the node that a payload may keep. */
const inherited = ['LANG', 'LC_ALL', 'TZ'];

export interface PayloadEnd {
  /** Null when a signal ended the payload. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly wallClockS: number;
}

export interface RunningPayload {
  readonly process: Payload;
  readonly stdout: Tail;
  readonly stderr: Tail;
  /** Resolves when nothing of the payload lives any more. */
  readonly ended: Promise<PayloadEnd>;
  /** TERM, then KILL after the grace time; may be called again. */
  end(graceMs: number): Promise<void>;
  /** A signal to those of its processes whose command line matches. */
  warn(signal: number, matches: (commandLine: string) => boolean): void;
  /** Closes the tails. */
  close(): void;
}

const isFile = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isFile() ?? false;

const isProgram = async (path: string): Promise<boolean> =>
  (await isFile(path)) &&
  (await access(path, constants.X_OK).then(
    () => true,
    () => false,
  ));

/** A path below `folder`; throws `JobStop` when the name leads out of it. */
export function pathInside(folder: string, name: string): string {
  const relative = normalize(name);
  if (relative.startsWith('/') || relative.split('/').includes('..'))
    throw new JobStop('failed', 'Could Not Extract JDL Parameters', `${name} leads out of the job's folder.`);
  return join(folder, relative);
}

/** A file of the sandbox, made executable. */
async function ownProgram(name: string, work: string): Promise<string | undefined> {
  if (name.startsWith('/')) return undefined;
  const own = pathInside(work, name);
  if (!(await isFile(own))) return undefined;
  await chmod(own, 0o755);
  return own;
}

/** A file of the sandbox, else an absolute path, else a program of the node. */
async function findProgram(name: string, work: string, path: string): Promise<string> {
  const own = await ownProgram(name, work);
  if (own !== undefined) return own;
  const candidates = name.startsWith('/')
    ? [name]
    : name.includes('/')
      ? []
      : path.split(delimiter).map((folder) => join(folder, name));
  for (const candidate of candidates) if (await isProgram(candidate)) return candidate;
  throw new JobStop(
    'failed',
    'Application not found',
    `The executable ${name} is neither in the input sandbox nor a program of the node.`,
  );
}

/** Scripts without a `#!` line run under sh, as they do from a shell. */
function isBareScript(path: string): boolean {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'r');
    const head = Buffer.alloc(512);
    const text = head.subarray(0, readSync(descriptor, head, 0, head.length, 0)).toString('latin1');
    return !text.startsWith('#!') && !text.includes('\0');
  } catch {
    return false;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

export interface Start {
  readonly job: MatchedJob;
  readonly description: JobDescription;
  readonly site: string;
  readonly places: Places;
  readonly isolation: IsolationLevel;
  readonly peekLines: number;
  /** Name of the payload's proxy in its temporary folder. */
  readonly proxyFile: string | undefined;
  readonly gpuVariables: Readonly<Record<string, string>>;
}

function environmentOf(
  { job, description, site, places, isolation, proxyFile, gpuVariables }: Start,
  tag: string,
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of inherited) {
    const value = process.env[name];
    if (value !== undefined) kept[name] = value;
  }
  const temporary = isolation.temporaryFolder(places);
  // An image has its own search path, and no Node.js of ours.
  const ofNode =
    description.containerImage === undefined ? { PATH: usualSearchPath, WM_NODE: process.execPath } : {};
  return {
    ...ofNode,
    ...kept,
    ...description.environment,
    HOME: workOf(isolation, places),
    TMPDIR: temporary,
    ...(proxyFile === undefined ? {} : { X509_USER_PROXY: join(temporary, proxyFile) }),
    ...gpuVariables,
    DIRACJOBID: String(job.jobId),
    JOBID: String(job.jobId),
    DIRACSITE: site,
    DIRAC_PROCESSORS: String(job.processors),
    DIRAC_JOB_PROCESSORS: String(job.processors),
    OMP_NUM_THREADS: description.environment['OMP_NUM_THREADS'] ?? String(job.processors),
    [tagVariable]: tag,
  };
}

const workOf = (isolation: IsolationLevel, places: Places): string =>
  isolation.workFolder?.(places) ?? places.work;

/** The command as it is known where it will run: in an image, only the files of the sandbox are those of the node. */
async function commandOf(
  { description, isolation, places }: Start,
  environment: Readonly<Record<string, string>>,
): Promise<Command> {
  const { executable, containerImage } = description;
  const program =
    containerImage === undefined
      ? await findProgram(executable, places.work, environment['PATH'] ?? usualSearchPath)
      : await ownProgram(executable, places.work);
  if (program === undefined) return { file: executable, arguments: description.arguments, environment };
  const within = relative(places.work, program);
  const seen = within.startsWith('..') ? program : join(workOf(isolation, places), within);
  return isBareScript(program)
    ? { file: '/bin/sh', arguments: [seen, ...description.arguments], environment }
    : { file: seen, arguments: description.arguments, environment };
}

/** Two names for one file share its descriptor, so that lines of both come in order. */
function openOutputs(work: string, description: JobDescription): readonly [number, number] {
  const open = (name: string): number => {
    const path = pathInside(work, name);
    mkdirSync(dirname(path), { recursive: true });
    return openSync(
      path,
      constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC | constants.O_APPEND,
      0o644,
    );
  };
  const stdout = open(description.stdOutput);
  if (normalize(description.stdError) === normalize(description.stdOutput)) return [stdout, stdout];
  return [stdout, open(description.stdError)];
}

/** What a level that hides signals tells them as. */
const signalNumbers: Readonly<Record<number, string>> = {
  129: 'SIGHUP',
  130: 'SIGINT',
  131: 'SIGQUIT',
  132: 'SIGILL',
  134: 'SIGABRT',
  135: 'SIGBUS',
  136: 'SIGFPE',
  137: 'SIGKILL',
  139: 'SIGSEGV',
  143: 'SIGTERM',
};

/** Throws `JobStop` when the payload cannot be started. */
export async function startPayload(start: Start): Promise<RunningPayload> {
  const { description, isolation, places } = start;
  const tag = `${start.job.jobId}-${randomUUID()}`;
  const environment = environmentOf(start, tag);
  const command = isolation.wrap(await commandOf(start, environment), places);
  const [stdout, stderr] = openOutputs(places.work, description);
  const startedAtMs = Date.now();
  const child = spawn(command.file, command.arguments, {
    cwd: places.work,
    env: command.environment,
    detached: true,
    stdio: ['ignore', stdout, stderr],
  });
  const close = (): void => {
    for (const descriptor of new Set([stdout, stderr])) closeSync(descriptor);
  };
  if (child.pid === undefined) {
    const cause = await new Promise<Error>((resolve) => child.once('error', resolve));
    close();
    throw new JobStop('failed', 'Application not found', sentenceOf(cause), { cause });
  }
  const payload: Payload = { pid: child.pid, tag, isDetached: isolation.isDetached === true };
  const ended = new Promise<PayloadEnd>((resolve) => {
    child.once('exit', (exitCode, signal) => {
      const wallClockS = (Date.now() - startedAtMs) / 1000;
      const hidden = isolation.hidesSignals && exitCode !== null ? signalNumbers[exitCode] : undefined;
      const end = hidden ? { exitCode: null, signal: hidden } : { exitCode, signal };
      // With the wrapper dies its whole process name space; otherwise daemons may be left.
      const tidy = isolation.wrappers > 0 ? Promise.resolve() : killProcesses(payload);
      void tidy.then(() => resolve({ ...end, wallClockS }));
    });
  });
  return {
    process: payload,
    stdout: createTail(stdout, start.peekLines),
    stderr: createTail(stderr, start.peekLines),
    ended,
    end: (graceMs) => endProcesses(payload, graceMs, isolation.wrappers),
    warn: (signal, matches) => void signalMembers(payload, signal, matches, isolation.wrappers),
    close,
  };
}
