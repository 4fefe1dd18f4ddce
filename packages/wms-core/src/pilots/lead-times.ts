/**
 * How long pilots wait at a batch queue before they start, learnt from those that started of late: pure. The director
 * sends pilots to the quicker of two equal queues, and asks elsewhere when a queue keeps them longer than usual.
 */
export interface StartedPilot {
  readonly classKey: string;
  /** From submission to registration. */
  readonly waitedMs: number;
}

/** Half of the pilots of a batch queue started within so long; queues without a start are missing. */
export type LeadTimes = ReadonlyMap<string, number>;

/** Less is the usual unrest of a batch system. */
const leastOverdueMs = 600_000;
const overdueFactor = 3;
/** Of a queue at which no pilot has started yet. */
const unknownOverdueMs = 3_600_000;

export const leadTimesOf = (started: readonly StartedPilot[]): LeadTimes =>
  new Map(
    Array.from(
      Map.groupBy(started, ({ classKey }) => classKey),
      ([classKey, pilots]) => [classKey, median(pilots.map(({ waitedMs }) => waitedMs))] as const,
    ),
  );

/** The lower one of two in the middle; the list is never empty. */
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0;

/** A pilot that waits so long tells that its queue is clogged. */
export const isOverdue = (waitedMs: number, leadMs: number | undefined): boolean =>
  waitedMs > (leadMs === undefined ? unknownOverdueMs : Math.max(leastOverdueMs, overdueFactor * leadMs));
