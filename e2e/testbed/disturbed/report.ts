/** The readable report of a disturbed run. Pure but for the facts of the machine. */
import { cpus } from 'node:os';

export interface DisturbedFigures {
  readonly jobs: number;
  readonly statuses: Readonly<Record<string, number>>;
  /** Reasons of those that failed. */
  readonly failures: Readonly<Record<string, number>>;
  /** Payloads started; more than jobs, because a killed pilot takes its payload along. */
  readonly payloads: number;
  readonly double: number;
  /** How often each kind happened. */
  readonly disturbances: Readonly<Record<string, number>>;
  readonly pilotsLeft: number;
  readonly tookS: number;
  readonly seed: number;
}

const rowsOf = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `| ${name} | ${count} |`)
    .join('\n');

export const disturbedReport = (figures: DisturbedFigures, at: Date): string => {
  const { jobs, statuses, failures, payloads, double, disturbances, pilotsLeft, tookS, seed } = figures;
  const isProven = double === 0 && pilotsLeft === 0;
  return `# ${jobs} jobs over Slurm and ARC with disturbances, ${at.toISOString().slice(0, 10)}

${isProven ? 'Every job is final, none had two payloads at once, no pilot is left on any batch system.' : '**Failed.**'}

| Payloads started | Two at once | Pilots left | Seconds |
| ---------------- | ----------- | ----------- | ------- |
| ${payloads} | ${double} | ${pilotsLeft} | ${tookS} |

| Ended as | Jobs |
| -------- | ---- |
${rowsOf(statuses)}
${Object.keys(failures).length === 0 ? '' : `\n| Failed because | Jobs |\n| -------------- | ---- |\n${rowsOf(failures)}\n`}
| Disturbance | Times |
| ----------- | ----- |
${rowsOf(disturbances)}

Real slurmctld, slurmd, A-REX, server and pilots on one machine with ${cpus().length} cores; seed ${seed}.
`;
};
