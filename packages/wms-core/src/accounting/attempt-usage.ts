/**
 * What an attempt consumed, as its worker node tells in heartbeats and parameters. Nodes are foreign ground: a
 * number that cannot be is dropped and named, and what is known never shrinks. Kept on the row of the job.
 */
export interface AttemptUsage {
  readonly cpuTimeMs: number;
  readonly normCpuTimeMs: number;
  /** As the node measured it; 0 when it did not say. */
  readonly wallTimeMs: number;
  readonly diskBytes: number;
  readonly outputSandboxBytes: number;
}

export const noUsage: AttemptUsage = {
  cpuTimeMs: 0,
  normCpuTimeMs: 0,
  wallTimeMs: 0,
  diskBytes: 0,
  outputSandboxBytes: 0,
};

/** DIRAC refuses longer ones: 386 days. */
export const longestWallTimeMs = 33_350_400_000;
const largestDiskBytes = 2 ** 50;

interface Told {
  readonly field: 'cpuTimeMs' | 'normCpuTimeMs' | 'wallTimeMs' | 'diskBytes';
  /** Stored units in one told unit. */
  readonly factor: number;
  /** Numbers must stay below, in stored units; CPU times for each processor. */
  readonly below: number;
}

const cpuTime: Told = { field: 'cpuTimeMs', factor: 1000, below: longestWallTimeMs };

/** Names of metrics and parameters that speak of consumption (wms.md §1.3). */
const told: ReadonlyMap<string, Told> = new Map([
  ['CPUConsumed', cpuTime],
  ['TotalCPUTime(s)', cpuTime],
  ['NormCPUTime(s)', { field: 'normCpuTimeMs', factor: 1000, below: longestWallTimeMs }],
  ['WallClockTime(s)', { field: 'wallTimeMs', factor: 1000, below: longestWallTimeMs }],
  ['DiskSpace(MB)', { field: 'diskBytes', factor: 1_048_576, below: largestDiskBytes }],
]);

export interface Heard {
  /** Only what grew; to be merged into the row of the job. */
  readonly usage: Partial<AttemptUsage>;
  /** `name = value` of what was dropped. */
  readonly dropped: readonly string[];
}

/** What the names and numbers of a report add to what is known. */
export function hear(
  known: AttemptUsage,
  processors: number,
  report: Readonly<Record<string, string | number>>,
): Heard {
  const usage: { -readonly [Field in keyof AttemptUsage]?: AttemptUsage[Field] } = {};
  const dropped: string[] = [];
  for (const name of Object.keys(report)) {
    const rule = told.get(name);
    if (!rule) continue;
    const text = String(report[name]);
    const stored = text.trim() === '' ? Number.NaN : Math.round(Number(text) * rule.factor);
    const below = rule.field.endsWith('puTimeMs') ? rule.below * processors : rule.below;
    if (!(stored >= 0 && stored < below)) dropped.push(`${name} = ${text.slice(0, 40)}`);
    else if (stored > (usage[rule.field] ?? known[rule.field])) usage[rule.field] = stored;
  }
  return { usage, dropped };
}
