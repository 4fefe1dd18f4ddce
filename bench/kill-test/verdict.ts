/** What the kill test found: pure, from what was acknowledged, what pilots noted and what the server says now. */
import { finalStatuses } from '../failing-world/jobs-now.ts';
import type { LedgerEvent } from '../simulated-pilots/ledger.ts';

export interface JobNow {
  readonly jobId: number;
  readonly jobName: string;
  readonly status: string;
}

export interface Verdict {
  /** Jobs the server acknowledged. */
  readonly submitted: number;
  /** Acknowledged submissions that are gone, and acknowledged ends that are not there any more. */
  readonly lost: number;
  /** Attempts started twice or after the job was Done, and submissions carried out twice. */
  readonly double: number;
  readonly notFinal: number;
  /** One line for each fault. */
  readonly faults: readonly string[];
}

/** The digest says it all; a PFN is written with and without its `SB:` prefix. */
export const outputKey = (jobId: number, pfn: string): string =>
  `${jobId}/${pfn.slice(pfn.indexOf('sha256:'))}`;

function repeated(keys: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return keys.filter((key) => seen.has(key) || !seen.add(key));
}

interface Attempt {
  readonly jobId: number;
  readonly attempt: number;
}

/** Starts of a job whose end an earlier attempt had reported and the server had taken. */
function startedAfterDone(starts: readonly Attempt[], ends: readonly Attempt[]): readonly Attempt[] {
  const doneIn = new Map(ends.map(({ jobId, attempt }) => [jobId, attempt]));
  return starts.filter(({ jobId, attempt }) => attempt > (doneIn.get(jobId) ?? attempt));
}

/**
 * Outputs the server took and has no more. That of a later attempt takes the place of an earlier one's, and may be
 * there although its pilot died before it heard so.
 */
function missingOutputs(
  ledger: readonly LedgerEvent[],
  outputs: ReadonlySet<string>,
): readonly LedgerEvent[] {
  const withOutput = new Set(Array.from(outputs, (key) => Number(key.split('/', 1)[0])));
  const lastStarted = new Map<number, number>();
  for (const line of ledger)
    if (line.kind === 'started')
      lastStarted.set(line.jobId, Math.max(line.attempt, lastStarted.get(line.jobId) ?? 0));
  return ledger.filter((line) => {
    if (line.kind !== 'output' || outputs.has(outputKey(line.jobId, line.pfn))) return false;
    const isReplaced = withOutput.has(line.jobId) && (lastStarted.get(line.jobId) ?? 0) > line.attempt;
    return !isReplaced;
  });
}

/**
 * `acknowledged`: names by job id as the server answered them; names are unique to a submission. `outputs`: what
 * the server still has of the outputs it took, by `outputKey`; undefined = not looked at yet.
 */
export function judge(
  acknowledged: ReadonlyMap<number, string>,
  jobs: readonly JobNow[],
  ledger: readonly LedgerEvent[],
  outputs?: ReadonlySet<string>,
): Verdict {
  const now = new Map(jobs.map((job) => [job.jobId, job]));
  const gone = [...acknowledged].filter(([jobId, name]) => now.get(jobId)?.jobName !== name);
  const ends = ledger.filter((line) => line.kind === 'acknowledged');
  const undone = ends.filter((line) => now.get(line.jobId)?.status !== 'Done');
  const missing = outputs ? missingOutputs(ledger, outputs) : [];
  const started = ledger.filter((line) => line.kind === 'started');
  const starts = repeated(started.map(({ jobId, attempt }) => `${jobId}.${attempt}`));
  const late = startedAfterDone(started, ends);
  const names = repeated(jobs.map((job) => job.jobName));
  const open = jobs.filter((job) => !finalStatuses.includes(job.status));
  return {
    submitted: acknowledged.size,
    lost: gone.length + undone.length + missing.length,
    double: starts.length + late.length + names.length,
    notFinal: open.length,
    faults: [
      ...gone.map(([jobId]) => `job ${jobId} was acknowledged and is gone`),
      ...undone.map((line) => `job ${line.jobId} was Done and is ${now.get(line.jobId)?.status ?? 'gone'}`),
      ...missing.map((line) => `an acknowledged output is gone: ${JSON.stringify(line)}`),
      ...starts.map((attempt) => `attempt ${attempt} was started twice`),
      ...late.map(({ jobId, attempt }) => `job ${jobId} was Done before attempt ${attempt} was started`),
      ...names.map((name) => `${name} was submitted twice`),
      ...open.map((job) => `job ${job.jobId} is still ${job.status}`),
    ],
  };
}
