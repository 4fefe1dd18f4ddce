/**
 * What the Pilot Summary says of a place from the number of its pilots (portal.md §2.5): efficiency, pilots a job
 * and a word. Pure; asked by the summary of the core, told to the portal.
 */
import { pilotStatuses, type PilotStatus } from './pilot-status.ts';

export const pilotSummaryStatuses = ['Good', 'Fair', 'Poor', 'Bad', 'Idle'] as const;
export type PilotSummaryStatus = (typeof pilotSummaryStatuses)[number];

/** Fewer pilots than this prove nothing. */
const leastPilots = 11;
/** The first row whose limit lies above the efficiency; percent. */
const grades: readonly { readonly below: number; readonly status: PilotSummaryStatus }[] = [
  { below: 25, status: 'Bad' },
  { below: 60, status: 'Poor' },
  { below: 85, status: 'Fair' },
  { below: Number.POSITIVE_INFINITY, status: 'Good' },
];

/** As DIRAC says that all its pilots ended without a job. */
const onlyEmptyPilots = 99;

/** Open pilots, and those that ended within the last day. */
export interface PilotFigures {
  readonly byStatus: Readonly<Record<PilotStatus, number>>;
  readonly abortedInHour: number;
  /** Done without having taken a job. */
  readonly doneEmpty: number;
}

export interface PilotSummary extends PilotFigures {
  readonly total: number;
  readonly status: PilotSummaryStatus;
  /** Share of pilots that were not aborted, percent; null without pilots. */
  readonly pilotJobEff: number | null;
  /** Done pilots for each of them that took a job; null while none is done. */
  readonly pilotsPerJob: number | null;
}

export interface ComputingElementPilots extends PilotSummary {
  readonly computingElement: string;
}

export interface SitePilots extends PilotSummary {
  readonly site: string;
  readonly computingElements: readonly ComputingElementPilots[];
}

const each = (count: (status: PilotStatus) => number): PilotFigures['byStatus'] =>
  Object.fromEntries(pilotStatuses.map((status) => [status, count(status)])) as Record<PilotStatus, number>;

export const noPilotFigures: PilotFigures = { byStatus: each(() => 0), abortedInHour: 0, doneEmpty: 0 };

export const addFigures = (a: PilotFigures, b: PilotFigures): PilotFigures => ({
  byStatus: each((status) => a.byStatus[status] + b.byStatus[status]),
  abortedInHour: a.abortedInHour + b.abortedInHour,
  doneEmpty: a.doneEmpty + b.doneEmpty,
});

export function summaryOf(figures: PilotFigures): PilotSummary {
  const { byStatus, doneEmpty } = figures;
  const total = pilotStatuses.reduce((sum, status) => sum + byStatus[status], 0);
  const efficiency = total === 0 ? 100 : (100 * (total - byStatus.Aborted)) / total;
  const grade = grades.find(({ below }) => efficiency < below);
  return {
    ...figures,
    total,
    status: total < leastPilots || grade === undefined ? 'Idle' : grade.status,
    pilotJobEff: total === 0 ? null : efficiency,
    pilotsPerJob: pilotsPerJob(byStatus.Done, doneEmpty),
  };
}

function pilotsPerJob(done: number, empty: number): number | null {
  if (done === 0) return null;
  return done === empty ? onlyEmptyPilots : done / (done - empty);
}
