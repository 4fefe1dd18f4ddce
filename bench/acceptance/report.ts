/** What an acceptance week answers with: one JSON line, and the readable report. */
import { killTargets, type CountsByTarget, type KillTarget } from '../failing-world/kills.ts';
import type { Verdict } from '../kill-test/verdict.ts';
import { day, machine, seconds, spread, table, type Cell } from '../readable-report.ts';
import { failedOf, figuresByDay, figuresOf, type DayFigures, type EndedJob } from './figures.ts';
import type { ReplayOptions } from './replay.ts';

export interface AcceptanceResult {
  readonly options: ReplayOptions;
  readonly verdict: Verdict;
  readonly jobs: readonly EndedJob[];
  readonly planned: number;
  readonly kills: CountsByTarget;
  readonly recoveryMs: Readonly<Record<KillTarget, readonly number[]>>;
  readonly durationS: number;
}

const historicBar = '0.3 %';

export const isAccepted = ({ verdict, planned }: AcceptanceResult): boolean =>
  verdict.submitted === planned && verdict.lost + verdict.double + verdict.notFinal === 0;

export function acceptanceLine(result: AcceptanceResult): object {
  const { verdict, options } = result;
  const week = figuresOf(result.jobs);
  return {
    days: options.days,
    submitted: verdict.submitted,
    done: week.done,
    failed: failedOf(week),
    rescheduled: week.rescheduled,
    givenBack: week.givenBack,
    nonFinal: verdict.notFinal,
    lost: verdict.lost,
    double: verdict.double,
    p50S: seconds(week.p50Ms ?? 0),
    p99S: seconds(week.p99Ms ?? 0),
    engine: options.engine,
    targets: result.kills,
    durationS: result.durationS,
  };
}

const inSeconds = (ms: number | undefined): Cell => (ms === undefined ? '–' : seconds(ms));

const cellsOf = (figures: DayFigures): readonly Cell[] => [
  figures.submitted,
  figures.done,
  failedOf(figures),
  figures.rescheduled,
  figures.givenBack,
  inSeconds(figures.p50Ms),
  inSeconds(figures.p99Ms),
  figures.nonFinal,
];

export function acceptanceReport(result: AcceptanceResult, at: Date): string {
  const { options, verdict, kills, recoveryMs } = result;
  const days = figuresByDay(result.jobs);
  const all = figuresOf(result.jobs);
  return `# Acceptance week on ${options.engine}, ${day(at)}

${isAccepted(result) ? 'Accepted' : '**Not accepted**'}: of ${verdict.submitted} jobs ${verdict.notFinal} are not final (the field's bar:
< ${historicBar}), ${verdict.lost} were lost, ${verdict.double} ran twice.

${options.days} day${options.days === 1 ? '' : 's'} of ${options.jobsPerDay} jobs in ${options.minutes} minutes, four users in three VOs, three sites. While they
ran, processes were killed, every day a site was banned for a while, and one site was a black hole at first and once
more every third day.

${table(
  [
    'Day',
    'Submitted',
    'Done',
    'Failed',
    'Rescheduled',
    'Given back',
    'To final: median s',
    '99 % s',
    'Not final',
  ],
  [...Array.from(days, ([number, figures]) => [number, ...cellsOf(figures)]), ['**all**', ...cellsOf(all)]],
)}

Failed, by minor status:

${table(
  ['Minor status', ...Array.from(days.keys(), (number) => `Day ${number}`)],
  Object.keys(all.failed)
    .toSorted()
    .map((minorStatus) => [
      minorStatus,
      ...Array.from(days.values(), ({ failed }) => failed[minorStatus] ?? 0),
    ]),
)}

Times to recover, seconds:

${table(
  ['Killed', 'Times', 'Median', '99 %', 'Longest'],
  killTargets.map((target) => [target, kills[target], ...spread(recoveryMs[target])]),
)}

${machine()}; ${result.durationS} s in all; \`--engine ${options.engine} --days ${options.days} --minutes ${options.minutes} --seed ${options.seed}\`.
${verdict.faults
  .slice(0, 100)
  .map((fault) => `\n- ${fault}`)
  .join('')}`;
}
