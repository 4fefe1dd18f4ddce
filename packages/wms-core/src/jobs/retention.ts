/**
 * How long an ended job is kept, from the configuration: days by status, with exceptions for VOs and job types. The
 * first exception that fits the job and names its status counts. Pure; asked by the cleaning agent and the docs.
 */
import type { Configuration } from '../configuration/schema.ts';

type LifeCycle = Configuration['lifeCycle'];

/** States a job is cleaned from, in the order of cleaning, with the two keys of the configuration. */
export const cleanedStatuses = [
  { status: 'Done', days: 'keepDoneDays', exception: 'doneDays' },
  { status: 'Completed', days: 'keepCompletedDays', exception: 'completedDays' },
  { status: 'Failed', days: 'keepFailedDays', exception: 'failedDays' },
  { status: 'Killed', days: 'keepKilledDays', exception: 'killedDays' },
  { status: 'Deleted', days: 'keepDeletedDays', exception: 'deletedDays' },
] as const;

export type CleanedStatus = (typeof cleanedStatuses)[number]['status'];

export interface Retention {
  readonly status: CleanedStatus;
  readonly days: number;
  /** In order; undefined = any. */
  readonly exceptions: readonly {
    readonly vo: string | undefined;
    readonly jobType: string | undefined;
    readonly days: number;
  }[];
}

export const retentions = (lifeCycle: LifeCycle): readonly Retention[] =>
  cleanedStatuses.map(({ status, days, exception }) => ({
    status,
    days: lifeCycle[days],
    exceptions: lifeCycle.retention.flatMap(({ vo, jobType, ...entry }) => {
      const own = entry[exception];
      return own === undefined ? [] : [{ vo, jobType, days: own }];
    }),
  }));
