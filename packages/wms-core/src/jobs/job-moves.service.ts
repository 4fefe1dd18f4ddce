/**
 * The only writer of job status (DESIGN D7). In one transaction it writes the row, the log, the counters, the
 * task queue membership and the event; whoever changes a job calls it with the row just read in the same
 * transaction. Rights and attempts are the caller's business, the transition table is not.
 */
import type { Accounting } from '../accounting/accounting.service.ts';
import type { Work } from '../db/database.ts';
import type { PilotPrincipal } from '../identity/principal.ts';
import { recordEvent } from '../events/event.store.ts';
import { emptySlot, type Dispatches, type Slot } from '../matching/dispatch.service.ts';
import type { TaskQueueRequirements } from '../task-queues/task-queue.ts';
import type { TaskQueueMembership } from '../task-queues/task-queue-membership.service.ts';
import { applyMove, type Move } from './apply-move.ts';
import { closeCommands, insertCommand } from './job-command.store.ts';
import { moveCounter } from './job-counters.store.ts';
import { appendLog, type LogEntry } from './job-log.store.ts';
import { attemptRunningStatuses, isPayloadFinal, type JobStatus } from './job-status.ts';
import { findJob, insertAttempt, updateJob, type JobRow } from './job.store.ts';

export type MoveOutcome =
  | { readonly kind: 'moved'; readonly job: JobRow }
  | { readonly kind: 'unchanged'; readonly job: JobRow }
  | { readonly kind: 'refused'; readonly job: JobRow; readonly from: JobStatus; readonly to: JobStatus };

export interface MoveOptions {
  readonly nowMs: number;
  /** Skips the transition table, but never leaves Deleted. */
  readonly force?: boolean;
  /** Fields outside the status that change along: site, pilot, attempt, heartbeat. */
  readonly fields?: Partial<JobRow>;
  /** Needed when the moves end in Waiting. */
  readonly requirements?: TaskQueueRequirements;
}

/** What an undo gives back to a job. */
export type RestoredFields = Pick<
  JobRow,
  'status' | 'minorStatus' | 'applicationStatus' | 'lastUpdateAtMs' | 'endExecAtMs'
>;

/** Source of log records of an undo: only they may leave Killed and Deleted backwards. */
export const undoSource = 'Undo';

/** The pilot that takes a job, and where it runs. */
export type JobHolder = Pick<PilotPrincipal, 'stamp' | 'site' | 'computingElement' | 'batchQueue'>;

export type ClaimOutcome =
  | { readonly kind: 'claimed'; readonly job: JobRow }
  /** Somebody was faster. */
  | { readonly kind: 'gone' }
  /** A running limit says no. */
  | { readonly kind: 'limited' };

export interface JobMoves {
  /** All moves or none, as one write. A refused move is a value and changes nothing. */
  move(job: JobRow, moves: readonly Move[], options: MoveOptions): Work<MoveOutcome>;
  /**
   * The one way back out of Killed and Deleted: what an undo restores (ADR 0017). The caller has made sure that
   * nothing else happened since. `requirements` are needed to wait again, which is in a new attempt.
   */
  restore(
    job: JobRow,
    remembered: RestoredFields,
    options: Pick<MoveOptions, 'nowMs' | 'requirements'>,
  ): Work<JobRow>;
  /** Gives a waiting job to a pilot once `takeSlot` has found a place for it. */
  claim(
    jobId: number,
    holder: JobHolder,
    at: { readonly nowMs: number; /** See `JobAttempt`. */ readonly decision: string },
    takeSlot: (job: JobRow) => Work<Slot | undefined>,
  ): Work<ClaimOutcome>;
  /** Tells the pilot that holds the job, if one does, to end the payload. */
  commandKill(job: JobRow, nowMs: number): Work<void>;
}

export const isHeldByPilot = (job: JobRow): boolean => job.pilotStamp !== null && isHeldStatus(job.status);

export const isHeldStatus = (status: JobStatus): boolean =>
  (attemptRunningStatuses as readonly JobStatus[]).includes(status);

export function createJobMoves(parts: {
  readonly taskQueues: TaskQueueMembership;
  readonly dispatches: Pick<Dispatches, 'settle'>;
  readonly accounting: Pick<Accounting, 'jobChanged'>;
}): JobMoves {
  const { taskQueues, dispatches, accounting } = parts;

  function* save(
    before: JobRow,
    after: JobRow,
    entries: readonly LogEntry[],
    options: MoveOptions,
  ): Work<JobRow> {
    let saved = after;
    if (before.taskQueueId !== null && after.status !== 'Waiting') {
      yield* taskQueues.leave(before, before.taskQueueId);
      saved = { ...saved, taskQueueId: null };
    }
    if (after.status === 'Waiting' && before.taskQueueId === null) {
      if (!options.requirements) throw new Error(`job ${before.jobId} cannot wait without requirements`);
      saved = { ...saved, taskQueueId: yield* taskQueues.enter(after, options.requirements, options.nowMs) };
    }
    if (isHeldStatus(before.status) && !isHeldStatus(after.status)) {
      yield* dispatches.settle(before, options.nowMs);
      saved = { ...saved, ...emptySlot };
    }
    saved = yield* updateJob(before, yield* accounting.jobChanged(before, saved, options.nowMs));
    yield* appendLog(before.jobId, entries);
    yield* moveCounter(before, saved);
    if (before.pilotStamp !== null && isPayloadFinal(saved.status) && entries.some(isReported))
      yield* closeCommands(before.jobId, before.attempt, options.nowMs, before.pilotStamp);
    yield* recordJobEvent(saved, options.nowMs);
    return saved;
  }

  return {
    *move(job, moves, options) {
      const entries: LogEntry[] = [];
      let after = job;
      for (const move of moves) {
        const applied = applyMove(after, move, options.force);
        if (applied.kind === 'refused') return { ...applied, job };
        if (applied.kind === 'unchanged') continue;
        entries.push(applied.entry);
        after = applied.job;
      }
      after = { ...after, ...options.fields };
      if (entries.length === 0) {
        return { kind: 'unchanged', job: yield* updateJob(job, after) };
      }
      return { kind: 'moved', job: yield* save(job, after, entries, options) };
    },

    *restore(job, remembered, options) {
      const { status, minorStatus, applicationStatus, lastUpdateAtMs, endExecAtMs } = remembered;
      // The attempt that was ended is accounted for; what is still to run is another one.
      const attempt = isPayloadFinal(status) ? job.attempt : job.attempt + 1;
      const entry: LogEntry = {
        attempt,
        status,
        minorStatus,
        applicationStatus,
        atMs: options.nowMs,
        reportedAtMs: null,
        source: undoSource,
      };
      const after = { ...job, attempt, status, minorStatus, applicationStatus, lastUpdateAtMs, endExecAtMs };
      return yield* save(job, after, [entry], options);
    },

    *claim(jobId, holder, { nowMs, decision }, takeSlot) {
      const job = yield* findJob(jobId);
      if (!job || job.taskQueueId === null) return { kind: 'gone' };
      const applied = applyMove(job, {
        status: 'Matched',
        minorStatus: 'Assigned',
        applicationStatus: 'Unknown',
        atMs: nowMs,
        source: 'Matcher',
      });
      if (applied.kind !== 'moved') return { kind: 'gone' };
      const slot = yield* takeSlot(job);
      if (!slot) return { kind: 'limited' };
      const matched = yield* updateJob(job, {
        ...applied.job,
        ...slot,
        site: holder.site,
        pilotStamp: holder.stamp,
        heartbeatAtMs: nowMs,
        reportedAtMs: null,
        taskQueueId: null,
      });
      yield* taskQueues.leave(job, job.taskQueueId);
      yield* insertAttempt({
        jobId,
        attempt: job.attempt,
        pilotStamp: holder.stamp,
        site: holder.site,
        computingElement: holder.computingElement,
        batchQueue: holder.batchQueue,
        matchedAtMs: nowMs,
        decision,
      });
      yield* appendLog(jobId, [applied.entry]);
      yield* moveCounter(job, matched);
      yield* recordJobEvent(matched, nowMs);
      return { kind: 'claimed', job: matched };
    },

    *commandKill(job, nowMs) {
      if (!isHeldByPilot(job) || job.pilotStamp === null) return;
      yield* insertCommand({
        jobId: job.jobId,
        attempt: job.attempt,
        pilotStamp: job.pilotStamp,
        command: 'Kill',
        atMs: nowMs,
      });
    },
  };
}

const isReported = (entry: LogEntry): boolean => entry.reportedAtMs !== null;

/** Rings the bell for one job. */
export function* recordJobEvent(
  job: Pick<JobRow, 'jobId' | 'vo' | 'owner' | 'ownerGroup'>,
  atMs: number,
): Work<void> {
  yield* recordEvent({
    noun: 'job',
    id: String(job.jobId),
    vo: job.vo,
    owner: job.owner,
    ownerGroup: job.ownerGroup,
    atMs,
  });
}
