/**
 * Which processes belong to a pilot, and how all of them end. From /proc where it is, else from `ps`.
 * A process number alone proves nothing (numbers are used again, ended processes stay as zombies), so a pilot is
 * recognised by the stamp among its arguments; a zombie has no arguments.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
  /** Differs between two processes that had the same number. */
  readonly started: string;
}

const hasProc = existsSync('/proc/self/stat');

const ps = async (args: readonly string[]): Promise<string> => {
  const { stdout } = await promisify(execFile)('ps', args, { maxBuffer: 16_777_216 }).catch(() => ({
    stdout: '',
  }));
  return stdout;
};

/** True while a process of that number runs and has the word among its arguments. */
export const processHolds = async (pid: number, word: string): Promise<boolean> => {
  const args = hasProc
    ? await readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '')
    : await ps(['-ww', '-o', 'args=', '-p', String(pid)]);
  return args.includes(word);
};

/** Fields of /proc/PID/stat behind the name, which may itself hold blanks and brackets (proc(5)). */
const fromProc = async (pid: number): Promise<Process | undefined> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, parent, , session] = fields;
  if (state === undefined || state === '' || state === 'Z' || state === 'X') return undefined;
  return { pid, parent: Number(parent), session: Number(session), started: fields[19] ?? '' };
};

const fromPs = (line: string): Process | undefined => {
  const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line);
  if (match === null || match[3]?.startsWith('Z')) return undefined;
  return { pid: Number(match[1]), parent: Number(match[2]), session: 0, started: match[4] ?? '' };
};

const allProcesses = async (): Promise<readonly Process[]> => {
  const found = hasProc
    ? await Promise.all(
        (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map((name) => fromProc(Number(name))),
      )
    : (await ps(['-axo', 'pid=,ppid=,stat=,lstart='])).split('\n').map(fromPs);
  return found.filter((process) => process !== undefined);
};

/** The process, its descendants, and all of its session. */
const treeOf = (processes: readonly Process[], root: number): readonly Process[] => {
  const members = new Set([root]);
  for (let before = 0; before !== members.size;) {
    before = members.size;
    for (const { pid, parent, session } of processes) {
      if (members.has(parent) || session === root) members.add(pid);
    }
  }
  return processes.filter(({ pid }) => members.has(pid));
};

const signal = (pid: number, name: 'SIGTERM' | 'SIGKILL'): void => {
  try {
    process.kill(pid, name);
  } catch {
    // It ended meanwhile.
  }
};

/** Those of the tree that still run, and what they started meanwhile. */
const survivorsOf = async (tree: readonly Process[]): Promise<readonly Process[]> => {
  const now = await allProcesses();
  const known = new Map(tree.map(({ pid, started }) => [pid, started]));
  const left = now.filter(({ pid, started }) => known.get(pid) === started);
  const grown = left.flatMap(({ pid }) => treeOf(now, pid));
  return [...new Map(grown.map((process) => [process.pid, process])).values()];
};

/**
 * Processes whose home, temporary folder or pilot configuration lies in the folder: what a pilot left behind
 * when it was ended by force, even in another session. Only where /proc is.
 */
const startedFor = async (folder: string, processes: readonly Process[]): Promise<readonly Process[]> => {
  if (!hasProc) return [];
  const marks = ['HOME', 'TMPDIR', 'WM_PILOT_CONFIG'].map((name) => `\0${name}=${folder}/`);
  const found = await Promise.all(
    processes.map(async (process) => {
      const environment = await readFile(`/proc/${process.pid}/environ`, 'utf8').catch(() => '');
      return marks.some((mark) => `\0${environment}`.includes(mark)) ? [process] : [];
    }),
  );
  return found.flat();
};

/**
 * TERM to the process (it ends its own children in order), KILL to whatever is left after the grace time of its
 * tree, its session and what was started for its folder. `root` undefined: it is gone, only the rest is ended.
 * Resolves when all are gone; at the latest 5 s after the KILL.
 */
export const killProcessTree = async (
  root: number | undefined,
  folder: string,
  graceMs: number,
): Promise<void> => {
  const processes = await allProcesses();
  const marked = await startedFor(folder, processes);
  let tree = [...(root === undefined ? [] : treeOf(processes, root)), ...marked];
  if (root === undefined) for (const { pid } of tree) signal(pid, 'SIGTERM');
  else signal(root, 'SIGTERM');
  for (let waitedMs = 0; tree.length > 0 && waitedMs < graceMs; waitedMs += 50) {
    await delay(50);
    tree = [...(await survivorsOf(tree))];
  }
  for (let waitedMs = 0; tree.length > 0 && waitedMs < 5000; waitedMs += 50) {
    for (const { pid } of tree) signal(pid, 'SIGKILL');
    await delay(50);
    tree = [...(await survivorsOf(tree))];
  }
};
