/** What the wrapper needs to know of a job, read from its processed JDL. */
import {
  findEntry,
  findJdlAttribute,
  readKeptJdl,
  textOf,
  textsOf,
  type JdlDescription,
} from '@wm/wms-core/vocabulary';
import { JobStop, sentenceOf } from './job-stop.ts';
import { shellWords } from './shell-words.ts';

export interface JobDescription {
  readonly executable: string;
  readonly arguments: readonly string[];
  readonly stdOutput: string;
  readonly stdError: string;
  /** Names and patterns, relative to the job's folder. */
  readonly outputSandbox: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Normalised seconds; 0 = unsaid, as for the other numbers. */
  readonly cpuTimeS: number;
  readonly memoryMiB: number;
  /** On top of it, for each processor the job gets. */
  readonly memoryPerProcessorMiB: number;
  /** The job is stopped beyond; what it needs when unsaid. */
  readonly maxMemoryMiB: number;
  readonly diskMiB: number;
  readonly gpus: number;
  readonly wallTimeS: number;
  /** undefined: the job runs on the node itself. */
  readonly containerImage: string | undefined;
  /** undefined when the job wants no warning. */
  readonly stopSignal: StopSignal | undefined;
}

/** A warning before the end (wms.md §3.2, StopSig…). */
export interface StopSignal {
  readonly signal: number;
  /** For the command lines of the processes that get it; empty = all. */
  readonly pattern: string;
  /** So long before the end it is sent, */
  readonly beforeEndS: number;
  /** and so long the job may then take. */
  readonly finishWithinS: number;
}

/** `A=1;B=2` or a list of such; values are URL-quoted in transport, as DIRAC does. */
export function parseEnvironment(items: readonly string[]): Readonly<Record<string, string>> {
  const pairs = items
    .flatMap((item) => item.split(';'))
    .flatMap((item) => {
      const at = item.indexOf('=');
      const name = item.slice(0, at).trim();
      return at > 0 && /^[A-Za-z_]\w*$/.test(name) ? [[name, unquote(item.slice(at + 1))] as const] : [];
    });
  return Object.fromEntries(pairs);
}

function unquote(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A number the matcher looked at, in its unit; 0 when unsaid. */
function requirement(description: JdlDescription, name: string): number {
  const requirements = findEntry(description, 'JobRequirements')?.value;
  if (requirements?.kind !== 'ad') return 0;
  const value = requirements.entries.find((entry) => entry.name === name)?.value;
  return Number((value && textOf(value)) ?? 0) || 0;
}

/** Memory of a job with so many processors, 0 = unsaid. */
export const memoryWithMiB = (
  { memoryMiB, memoryPerProcessorMiB }: JobDescription,
  processors: number,
): number => memoryMiB + memoryPerProcessorMiB * processors;

/** Throws `JobStop` when the text is no JDL or names no executable. */
export function readJobDescription(jdl: string): JobDescription {
  let description: JdlDescription;
  try {
    ({ description } = readKeptJdl(jdl));
  } catch (cause) {
    throw new JobStop('failed', 'Could Not Extract JDL Parameters', sentenceOf(cause), { cause });
  }
  const list = (name: string): readonly string[] => {
    const entry = findEntry(description, name);
    return entry ? textsOf(entry.value) : [];
  };
  const text = (name: string, fallback: string): string => list(name)[0] ?? fallback;
  const number = (name: string): number => Number(text(name, '0')) || 0;
  const required = (name: string): number => requirement(description, name);
  const executable = text('Executable', '');
  if (executable === '')
    throw new JobStop('failed', 'Could Not Extract JDL Parameters', 'The JDL names no Executable.');
  const signalNames = ['Number', 'Regex', 'StartSeconds', 'FinishSeconds'].map((name) => `StopSig${name}`);
  const wantsSignal = signalNames.some((name) => list(name).length > 0);
  const usual = (name: string): string => findJdlAttribute(name)?.jdl.default ?? '';
  const orUsual = (name: string): number => Number(text(name, usual(name)));
  const unchecked = /^(true|yes|y|1)$/i.test(text('DisableCPUCheck', 'no'));
  return {
    executable,
    arguments: shellWords(text('Arguments', '')),
    stdOutput: text('StdOutput', 'std.out'),
    stdError: text('StdError', 'std.err'),
    outputSandbox: list('OutputSandbox'),
    environment: parseEnvironment(list('ExecutionEnvironment')),
    cpuTimeS: unchecked ? 0 : number('CPUTime'),
    memoryMiB: required('MemoryMiB'),
    diskMiB: required('DiskMiB'),
    memoryPerProcessorMiB: required('MemoryPerProcessorMiB'),
    maxMemoryMiB: number('MaxMemoryMiB'),
    gpus: required('NumberOfGPUs'),
    wallTimeS: required('WallTime'),
    containerImage: text('ContainerImage', '') || undefined,
    stopSignal: wantsSignal
      ? {
          signal: orUsual('StopSigNumber'),
          pattern: text('StopSigRegex', ''),
          beforeEndS: orUsual('StopSigStartSeconds'),
          finishWithinS: orUsual('StopSigFinishSeconds'),
        }
      : undefined,
  };
}
