/**
 * The processes of one payload, from /proc: children, members of its session, and runaways that carry its
 * tag in their environment. Used to measure them and to end them all.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { readText } from '../node-facts.ts';

/** USER_HZ; 100 on every Linux architecture Node runs on. */
const ticksPerSecond = 100;

/** Name of the variable by which a payload's processes are known; its value is unique per attempt. */
export const tagVariable = 'WM_PAYLOAD_TAG';

export interface Payload {
  /** The spawned process: leader of its own session. */
  readonly pid: number;
  readonly tag: string;
  /** Its processes are no descendants of the spawned one. */
  readonly isDetached?: boolean;
}

interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
  readonly cpuTicks: number;
}

function processFacts(pid: number): ProcessFacts | undefined {
  const text = readText(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  // The command name may contain anything, also spaces and brackets: fields start after the last one.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z') return undefined;
  const number = (index: number): number => Number(fields[index] ?? 0);
  return {
    pid,
    parent: number(1),
    session: number(3),
    // Own user and system time, and that of children already waited for.
    cpuTicks: number(11) + number(12) + number(13) + number(14),
  };
}

const allPids = (): readonly number[] => {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
};

/** Living processes below or in the session of the payload, the spawned one first. */
function family(payload: Payload): readonly ProcessFacts[] {
  const all = allPids().flatMap((pid) => processFacts(pid) ?? []);
  const members = new Map<number, ProcessFacts>();
  const belongs = ({ pid, session }: ProcessFacts): boolean =>
    pid === payload.pid ||
    session === payload.pid ||
    (payload.isDetached === true && carriesTag(pid, payload.tag));
  for (const one of all) if (belongs(one)) members.set(one.pid, one);
  for (let before = -1; before !== members.size;) {
    before = members.size;
    for (const one of all) if (members.has(one.parent)) members.set(one.pid, one);
  }
  return [...members.values()];
}

function carriesTag(pid: number, tag: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`${tagVariable}=${tag}`);
  } catch {
    return false;
  }
}

/** Everything that must be gone when the payload is over, also daemons that left session and parent. */
function everyProcess(payload: Payload): readonly number[] {
  const own = family(payload).map((one) => one.pid);
  const runaways = allPids().filter((pid) => pid !== process.pid && carriesTag(pid, payload.tag));
  return [...new Set([...own, ...runaways])];
}

function signal(pids: readonly number[], name: NodeJS.Signals | number): void {
  for (const pid of pids)
    try {
      process.kill(pid, name);
    } catch {
      // It ended by itself meanwhile.
    }
}

export interface Usage {
  readonly cpuS: number;
  readonly memoryMiB: number;
  readonly processes: number;
}

/** CPU seconds and the sum of resident memory of the living family, and how many they are; zeros when all have ended. */
export function usageOf(payload: Payload): Usage {
  let ticks = 0;
  let kib = 0;
  const members = family(payload);
  for (const one of members) {
    ticks += one.cpuTicks;
    kib += Number(/^VmRSS:\s+(\d+)/m.exec(readText(`/proc/${one.pid}/status`) ?? '')?.[1] ?? 0);
  }
  return { cpuS: ticks / ticksPerSecond, memoryMiB: kib / 1024, processes: members.length };
}

/** Memory with shared pages counted once in all; slower than `usageOf`, so only asked in doubt. */
export function proportionalMemoryMiB(payload: Payload): number {
  let kib = 0;
  for (const one of family(payload)) {
    const text = readText(`/proc/${one.pid}/smaps_rollup`) ?? '';
    kib += Number(/^Pss:\s+(\d+)/m.exec(text)?.[1] ?? 0);
  }
  return kib / 1024;
}

/** Sends a signal to the members whose command line matches, `wrappers` left out; how many got it. */
export function signalMembers(
  payload: Payload,
  number: number,
  matches: (commandLine: string) => boolean,
  wrappers: number,
): number {
  const members = family(payload)
    .slice(wrappers)
    .map((one) => one.pid)
    .filter((pid) => matches((readText(`/proc/${pid}/cmdline`) ?? '').replaceAll('\0', ' ').trim()));
  signal(members, number);
  return members.length;
}

const lookEveryMs = 20;

/** TERM to all, KILL to what is left after `graceMs`; returns when nothing lives. `wrappers` get no TERM. */
export async function endProcesses(payload: Payload, graceMs: number, wrappers: number): Promise<void> {
  const members = family(payload).map((one) => one.pid);
  // A wrapper dies of TERM at once and takes the payload with it, which then had no chance to tidy up.
  signal(members.slice(wrappers), 'SIGTERM');
  const endMs = Date.now() + graceMs;
  while (Date.now() < endMs && family(payload).length > wrappers) await delay(lookEveryMs);
  await killProcesses(payload);
}

/** KILL to all until nothing is left: a process may fork while the list is being made. */
export async function killProcesses(payload: Payload): Promise<void> {
  for (let round = 0; round < 100; round++) {
    const left = everyProcess(payload).filter((pid) => processFacts(pid) !== undefined);
    if (left.length === 0) return;
    signal(left, 'SIGKILL');
    await delay(lookEveryMs);
  }
}
