/**
 * Which of two reports of a worker node is the newer one, whatever its clock says: nodes may be years off and their
 * clocks may jump. Pure; asked for every report that names an instant before the newest one.
 */
import type { JobReport } from '../use-cases.ts';
import { jobStatuses, type JobStatus } from './job-status.ts';
import type { JobRow } from './job.store.ts';

/** A node that is ahead by more has a clock that nothing can be concluded from. */
const mostAheadMs = 60_000;
/** Year 9999; what comes from a node must fit everywhere an instant goes. */
const latestMs = 253_402_300_799_999;

/** A whole number that is an instant. */
export const nodeInstant = (atMs: number): number => Math.min(Math.max(Math.trunc(atMs), 0), latestMs);

/** Reports wait for an absent server at most so long; an older instant says that the clock is wrong. */
const longestDelayMs = 3_600_000;

/** When a reported change happened, as far as the node can be believed; never before the last one or after now. */
export function movedAtMs(reportedAtMs: number, lastUpdateAtMs: number, nowMs: number): number {
  const believed = nowMs - reportedAtMs > longestDelayMs ? nowMs : reportedAtMs;
  return Math.min(nowMs, Math.max(believed, lastUpdateAtMs));
}

/** How far an attempt is. A stalled one may have run on unheard. */
const stageOf = (status: JobStatus): number => jobStatuses.indexOf(status === 'Stalled' ? 'Running' : status);

/** True when the attempt is further on by the report; no other report of its instant can have said that before. */
export const carriesOn = (report: Pick<JobReport, 'status'>, job: Pick<JobRow, 'status'>): boolean =>
  report.status !== undefined && stageOf(report.status) > stageOf(job.status);

/**
 * True when a newer report was heard: then it is history only. One that carries the job on never is, because
 * an attempt does not run backwards; so a clock that jumped cannot keep a job from its end.
 */
export function isLateReport(
  report: Pick<JobReport, 'atMs' | 'status'>,
  job: Pick<JobRow, 'status' | 'reportedAtMs'>,
  nowMs: number,
): boolean {
  if (job.reportedAtMs === null || report.atMs >= job.reportedAtMs) return false;
  if (job.reportedAtMs > nowMs + mostAheadMs) return false;
  return !carriesOn(report, job);
}
