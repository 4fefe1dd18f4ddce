/** What came of the jobs of each day. Pure. */
import { finalStatuses } from '../failing-world/jobs-now.ts';
import { percentile } from '../row.ts';

export interface EndedJob {
  /** From 1. */
  readonly day: number;
  readonly status: string;
  readonly minorStatus: string;
  readonly reschedules: number;
  /** A pilot took it and could not start it. */
  readonly isGivenBack: boolean;
  readonly submittedAtMs: number;
  readonly lastUpdateAtMs: number;
}

export interface DayFigures {
  readonly submitted: number;
  readonly done: number;
  /** Number by minor status. */
  readonly failed: Readonly<Record<string, number>>;
  /** Jobs that started more than once. */
  readonly rescheduled: number;
  /** Jobs that a pilot could not start, which costs them nothing. */
  readonly givenBack: number;
  readonly nonFinal: number;
  /** From submission to the final state; undefined when none is final. */
  readonly p50Ms: number | undefined;
  readonly p99Ms: number | undefined;
}

export const failedOf = ({ failed }: DayFigures): number =>
  Object.values(failed).reduce((sum, jobs) => sum + jobs, 0);

export function figuresOf(jobs: readonly EndedJob[]): DayFigures {
  const final = jobs.filter(({ status }) => finalStatuses.includes(status));
  const durationsMs = final.map(({ submittedAtMs, lastUpdateAtMs }) => lastUpdateAtMs - submittedAtMs);
  const failed = Map.groupBy(
    jobs.filter(({ status }) => status === 'Failed'),
    ({ minorStatus }) => minorStatus,
  );
  const at = (p: number): number | undefined => (final.length > 0 ? percentile(durationsMs, p) : undefined);
  return {
    submitted: jobs.length,
    done: jobs.filter(({ status }) => status === 'Done').length,
    failed: Object.fromEntries([...failed].map(([minorStatus, those]) => [minorStatus, those.length])),
    rescheduled: jobs.filter(({ reschedules }) => reschedules > 0).length,
    givenBack: jobs.filter(({ isGivenBack }) => isGivenBack).length,
    nonFinal: jobs.length - final.length,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  };
}

export const figuresByDay = (jobs: readonly EndedJob[]): ReadonlyMap<number, DayFigures> =>
  new Map(
    [...Map.groupBy(jobs, ({ day }) => day)]
      .toSorted(([a], [b]) => a - b)
      .map(([day, ofDay]) => [day, figuresOf(ofDay)]),
  );
