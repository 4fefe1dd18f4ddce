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
  /** Logical files read and written, as far as the node says; events are what the payload calls so. */
  readonly inputDataBytes: number;
  readonly outputDataBytes: number;
  readonly outputDataFiles: number;
  readonly processedEvents: number;
  readonly outputSandboxBytes: number;
}

export const noUsage: AttemptUsage = {
  cpuTimeMs: 0,
  normCpuTimeMs: 0,
  wallTimeMs: 0,
  diskBytes: 0,
  inputDataBytes: 0,
  outputDataBytes: 0,
  outputDataFiles: 0,
  processedEvents: 0,
  outputSandboxBytes: 0,
};

/** DIRAC refuses longer ones: 386 days. */
export const longestWallTimeMs = 33_350_400_000;
/** 64 TiB. Low enough that the sums of any number of liars stay numbers, see `takeBuckets`. */
const mostBytes = 2 ** 46;
const mostFiles = 2 ** 24;
const mostEvents = 2 ** 40;

interface Told {
  readonly field: Exclude<keyof AttemptUsage, 'outputSandboxBytes'>;
  /** Stored units in one told unit. */
  readonly factor: number;
  /** Numbers must stay below, in stored units; CPU times for each processor. */
  readonly below: number;
  /** The number that a text stands for. */
  readonly numberOf: (text: string) => number;
}

const plainNumber = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));

/** Of names separated by commas. */
const lengthOfList = (text: string): number => text.split(',').filter((name) => name.trim() !== '').length;

const quantity = (field: Told['field'], below: number, factor = 1): Told => ({
  field,
  factor,
  below,
  numberOf: plainNumber,
});

const cpuTime = quantity('cpuTimeMs', longestWallTimeMs, 1000);

/**
 * Names of metrics and parameters that speak of consumption (wms.md §1.3); those without a name in the field are
 * told under that of the value in accounting.
 */
const told: ReadonlyMap<string, Told> = new Map([
  ['CPUConsumed', cpuTime],
  ['TotalCPUTime(s)', cpuTime],
  ['NormCPUTime(s)', quantity('normCpuTimeMs', longestWallTimeMs, 1000)],
  ['WallClockTime(s)', quantity('wallTimeMs', longestWallTimeMs, 1000)],
  ['DiskSpace(MB)', quantity('diskBytes', mostBytes, 1_048_576)],
  ['InputDataSize', quantity('inputDataBytes', mostBytes)],
  ['OutputDataSize', quantity('outputDataBytes', mostBytes)],
  ['OutputDataFiles', quantity('outputDataFiles', mostFiles)],
  ['UploadedOutputData', { ...quantity('outputDataFiles', mostFiles), numberOf: lengthOfList }],
  ['ProcessedEvents', quantity('processedEvents', mostEvents)],
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
    const stored = Math.round(rule.numberOf(text) * rule.factor);
    const below = rule.field.endsWith('puTimeMs') ? rule.below * processors : rule.below;
    if (!(stored >= 0 && stored < below)) dropped.push(`${name} = ${text.slice(0, 40)}`);
    else if (stored > (usage[rule.field] ?? known[rule.field])) usage[rule.field] = stored;
  }
  return { usage, dropped };
}
