/** What the kill test found: pure, from what was acknowledged, what pilots noted and what the server says now. */
import type { LedgerLine } from '../simulated-pilots/ledger.ts';

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
  /** Payloads started twice, and submissions carried out twice. */
  readonly double: number;
  readonly notFinal: number;
  /** One line for each fault. */
  readonly faults: readonly string[];
}

const finalStatuses = ['Done', 'Failed', 'Killed', 'Deleted', 'Completed'];

/** The digest says it all; a PFN is written with and without its `SB:` prefix. */
export const outputKey = (jobId: number, pfn: string): string =>
  `${jobId}/${pfn.slice(pfn.indexOf('sha256:'))}`;

function repeated(keys: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return keys.filter((key) => seen.has(key) || !seen.add(key));
}

/**
 * `acknowledged`: names by job id as the server answered them; names are unique to a submission. `outputs`: what
 * the server still has of the outputs it took, by `outputKey`; undefined = not looked at yet.
 */
export function judge(
  acknowledged: ReadonlyMap<number, string>,
  jobs: readonly JobNow[],
  ledger: readonly LedgerLine[],
  outputs?: ReadonlySet<string>,
): Verdict {
  const now = new Map(jobs.map((job) => [job.jobId, job]));
  const gone = [...acknowledged].filter(([jobId, name]) => now.get(jobId)?.jobName !== name);
  const ends = ledger.filter((line) => line.kind === 'acknowledged');
  const undone = ends.filter((line) => now.get(line.jobId)?.status !== 'Done');
  const missing = ledger.filter(
    (line) => line.kind === 'output' && outputs?.has(outputKey(line.jobId, line.pfn)) === false,
  );
  const starts = repeated(ledger.flatMap((line) => (line.kind === 'started' ? [String(line.jobId)] : [])));
  const names = repeated(jobs.map((job) => job.jobName));
  const open = jobs.filter((job) => !finalStatuses.includes(job.status));
  return {
    submitted: acknowledged.size,
    lost: gone.length + undone.length + missing.length,
    double: starts.length + names.length,
    notFinal: open.length,
    faults: [
      ...gone.map(([jobId]) => `job ${jobId} was acknowledged and is gone`),
      ...undone.map((line) => `job ${line.jobId} was Done and is ${now.get(line.jobId)?.status ?? 'gone'}`),
      ...missing.map((line) => `an acknowledged output is gone: ${JSON.stringify(line)}`),
      ...starts.map((jobId) => `job ${jobId} was started twice`),
      ...names.map((name) => `${name} was submitted twice`),
      ...open.map((job) => `job ${job.jobId} is still ${job.status}`),
    ],
  };
}
