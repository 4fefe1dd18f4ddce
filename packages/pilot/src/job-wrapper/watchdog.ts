/**
 * Watches one payload: wall clock, CPU, memory, processes, disk and size of its output. What is exceeded is named in
 * DIRAC's words (wms.md §2.4); ending the payload is left to the caller.
 */
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { freeDiskMiB } from '../node-facts.ts';
import { proportionalMemoryMiB, usageOf, type Payload, type Usage } from './process-tree.ts';

/** Infinity = no limit. */
export interface PayloadLimits {
  readonly wallClockS: number;
  /** Seconds until the batch slot ends. */
  readonly slotS: number;
  /** Normalised CPU seconds over all processors. */
  readonly cpuS: number;
  readonly memoryMiB: number;
  readonly processes: number;
  readonly diskMiB: number;
  readonly outputMiB: number;
}

/** Peak values; CPU is the last one seen, so that of very short payloads may be 0. */
export interface PayloadUsage {
  cpuS: number;
  memoryMiB: number;
  diskMiB: number;
}

export interface Violation {
  readonly minorStatus: string;
  /** One sentence with the numbers. */
  readonly message: string;
}

export interface Watchdog {
  readonly usage: PayloadUsage;
  /** Takes a last sample and stops watching. */
  stop(): void;
}

const minFreeDiskMiB = 10;
const mib = 1_048_576;
const diskEveryMs = 10_000;

/** Often at first, because most payloads are short; then every 5 s. */
const nextSampleMs = (ageMs: number): number => Math.min(5000, Math.max(50, ageMs / 4));

/** Bytes of all files below `folder`; links are not followed, what vanishes meanwhile is left out. */
async function sizeOf(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += await sizeOf(path);
    else bytes += (await lstat(path).catch(() => undefined))?.size ?? 0;
  }
  return bytes;
}

const quantity = (value: number, unit: string): string =>
  `${Number(value.toFixed(value < 10 ? 1 : 0))} ${unit}`.trim();

const over = (minorStatus: string, what: string, used: number, limit: number, unit: string): Violation => ({
  minorStatus,
  message: `${what}: ${quantity(used, unit)} used, ${quantity(Math.round(limit), unit)} allowed`,
});

export function startWatchdog(
  payload: Payload,
  folders: readonly string[],
  outputBytes: () => number,
  limits: PayloadLimits,
  onViolation: (violation: Violation) => void,
): Watchdog {
  const startedAtMs = Date.now();
  const usage: PayloadUsage = { cpuS: 0, memoryMiB: 0, diskMiB: 0 };
  let diskAtMs = startedAtMs;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  function sample(): Usage {
    const now = usageOf(payload);
    usage.cpuS = Math.max(usage.cpuS, now.cpuS);
    usage.memoryMiB = Math.max(usage.memoryMiB, now.memoryMiB);
    return now;
  }
  function timeViolation(): Violation | undefined {
    const wallS = (Date.now() - startedAtMs) / 1000;
    if (wallS > limits.slotS)
      return over('Job has reached the CPU limit of the queue', 'Batch slot', wallS, limits.slotS, 's');
    if (wallS > limits.wallClockS)
      return over('Job has exceeded maximum wall clock time', 'Wall clock', wallS, limits.wallClockS, 's');
    if (usage.cpuS > limits.cpuS)
      return over('Job has exceeded maximum CPU time limit', 'CPU time', usage.cpuS, limits.cpuS, 's');
    return undefined;
  }
  function memoryViolation(residentMiB: number): Violation | undefined {
    if (residentMiB <= limits.memoryMiB) return undefined;
    const exactMiB = proportionalMemoryMiB(payload) || residentMiB;
    return exactMiB > limits.memoryMiB
      ? over('Job has exceeded maximum memory limit', 'Memory', exactMiB, limits.memoryMiB, 'MiB')
      : undefined;
  }
  const processViolation = ({ processes }: Usage): Violation | undefined =>
    processes > limits.processes
      ? over('Job has exceeded maximum number of processes', 'Processes', processes, limits.processes, '')
      : undefined;
  async function diskViolation(): Promise<Violation | undefined> {
    const words = 'Job has insufficient disk space to continue';
    const outputMiB = outputBytes() / mib;
    if (outputMiB > limits.outputMiB)
      return over(words, 'Standard output and error', outputMiB, limits.outputMiB, 'MiB');
    if (Date.now() - diskAtMs < diskEveryMs) return undefined;
    diskAtMs = Date.now();
    const sizes = await Promise.all(folders.map((folder) => sizeOf(folder)));
    const usedMiB = sizes.reduce((sum, size) => sum + size, 0) / mib;
    usage.diskMiB = Math.max(usage.diskMiB, usedMiB);
    if (usedMiB > limits.diskMiB) return over(words, 'Disk', usedMiB, limits.diskMiB, 'MiB');
    const free = freeDiskMiB(folders[0] ?? '/');
    return free < minFreeDiskMiB
      ? { minorStatus: words, message: `Only ${free} MiB are free on the node` }
      : undefined;
  }
  async function look(): Promise<void> {
    const now = sample();
    const violation =
      timeViolation() ?? memoryViolation(now.memoryMiB) ?? processViolation(now) ?? (await diskViolation());
    if (stopped) return;
    if (violation) onViolation(violation);
    else schedule();
  }
  function schedule(): void {
    if (stopped) return;
    const ageMs = Date.now() - startedAtMs;
    const endMs = Math.min(limits.wallClockS, limits.slotS) * 1000 - ageMs;
    // A look that fails because a folder vanished under it says nothing about the payload.
    timer = setTimeout(
      () => void look().catch(schedule),
      Math.max(10, Math.min(nextSampleMs(ageMs), endMs + 1)),
    );
  }
  schedule();
  return {
    usage,
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      sample();
    },
  };
}
