/**
 * Writes accounting records inside the transaction of the change they tell of (ADR 0015). Asked by the one writer
 * of job status, the one writer of pilot status and the submission of pilots.
 */
import { afterCommit, type Work } from '../db/database.ts';
import type { JobRow } from '../jobs/job.store.ts';
import type { Logger } from '../kernel/logger.ts';
import type { PilotStatus } from '../pilots/pilot-status.ts';
import type { TakenJobs } from '../pilots/pilot.store.ts';
import { addJobRecord, addPilotRecord, addPilotSubmissionRecord } from './accounting-records.store.ts';
import { hear, longestWallTimeMs, noUsage, type AttemptUsage } from './attempt-usage.ts';
import { jobRecordOf } from './job-record.ts';

export interface EndedPilot {
  readonly stamp: string;
  readonly vo: string;
  readonly site: string;
  readonly computingElement: string;
  readonly gridType: string;
  readonly processors: number;
  readonly registeredAtMs: number | null;
  readonly taken: TakenJobs;
}

export interface AnsweredSubmission {
  readonly vo: string;
  readonly hostName: string;
  readonly siteDirector: string;
  readonly site: string;
  readonly computingElement: string;
  readonly batchQueue: string;
  readonly pilots: number;
  readonly succeeded: number;
}

export interface Accounting {
  /**
   * Called with every changed job before it is saved; returns the job to save. Writes the record of an attempt
   * that ends, sets AccountedFlag with it, and starts the next attempt with nothing consumed.
   */
  jobChanged(before: JobRow, after: JobRow, nowMs: number): Work<JobRow>;
  /** What a report of a worker node adds to the consumption of an attempt, to be saved on its row. */
  heard(job: JobRow, report: Readonly<Record<string, string | number>>): Work<Partial<AttemptUsage>>;
  pilotEnded(pilot: EndedPilot, status: PilotStatus, nowMs: number): Work<void>;
  pilotsSubmitted(submission: AnsweredSubmission, nowMs: number): Work<void>;
}

export function createAccounting(parts: { readonly log: Logger }): Accounting {
  const log = parts.log.child({ part: 'accounting' });

  return {
    *jobChanged(before, after, nowMs) {
      const record = jobRecordOf(before, after, nowMs);
      if (record) yield* addJobRecord(record, nowMs);
      if (after.attempt !== before.attempt) return { ...after, ...noUsage, accounted: 'False' };
      return record ? { ...after, accounted: 'True' } : after;
    },

    *heard(job, report) {
      if (job.accounted === 'True') return {};
      const { usage, dropped } = hear(job, job.slotProcessors ?? 1, report);
      if (dropped.length > 0) {
        const { jobId, attempt, site } = job;
        yield* afterCommit(() => log.warn({ jobId, attempt, site, dropped }, 'accounting.value-dropped'));
      }
      return usage;
    },

    *pilotEnded(pilot, status, nowMs) {
      const { jobs, owner, ownerGroup } = pilot.taken;
      const startMs = Math.max(pilot.registeredAtMs ?? nowMs, nowMs - longestWallTimeMs + 1);
      yield* addPilotRecord(
        {
          stamp: pilot.stamp,
          vo: pilot.vo,
          keys: [owner, ownerGroup, pilot.site, pilot.computingElement, pilot.gridType, status],
          values: [1, jobs, Math.max(0, nowMs - startMs) * pilot.processors],
          startMs,
          endMs: nowMs,
        },
        nowMs,
      );
    },

    *pilotsSubmitted(submission, nowMs) {
      const { vo, hostName, siteDirector, site, computingElement, batchQueue, pilots, succeeded } =
        submission;
      const status = succeeded > 0 ? 'Succeeded' : 'Failed';
      yield* addPilotSubmissionRecord(
        {
          vo,
          keys: [hostName, siteDirector, site, computingElement, `${computingElement}:${batchQueue}`, status],
          values: [1, pilots, succeeded],
          startMs: nowMs,
          endMs: nowMs,
        },
        nowMs,
      );
    },
  };
}
