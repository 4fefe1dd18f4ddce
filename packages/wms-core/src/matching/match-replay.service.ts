/**
 * Makes a match survive a lost answer: when the server died or the line broke after a claim, the pilot asks again
 * with the same request id and gets the same attempt again; when it asks anew without having heard of the attempt,
 * that is given back at once and costs the job nothing. A pilot asks one question at a time.
 */
import { afterCommit, type Work } from '../db/database.ts';
import type { PilotPrincipal } from '../identity/principal.ts';
import type { JobRescheduling } from '../jobs/job-rescheduling.service.ts';
import { demandOf } from '../jobs/job-requirements.ts';
import { findDescription } from '../jobs/job-description.service.ts';
import { findJob, type JobRow } from '../jobs/job.store.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import type { TaskQueueRequirements } from '../task-queues/task-queue.ts';
import type { MatchRequest } from '../use-cases.ts';
import { lastClaim, saveClaim, type MatchClaim } from './match-claim.store.ts';

export interface ReplayedMatch {
  readonly job: JobRow;
  readonly taskQueue: TaskQueueRequirements;
}

export interface MatchReplay {
  /** The attempt that was claimed for this very request; gives back one the pilot never heard of. */
  again(pilot: PilotPrincipal, request: MatchRequest): Work<ReplayedMatch | undefined>;
  /** In the work that claims. */
  remember(pilot: PilotPrincipal, request: MatchRequest, job: JobRow): Work<void>;
}

export function createMatchReplay(parts: {
  readonly clock: Clock;
  readonly log: Logger;
  readonly rescheduling: JobRescheduling;
}): MatchReplay {
  const { clock } = parts;
  const log = parts.log.child({ part: 'match-replay' });

  /** The job while the pilot has the claimed attempt and has not begun with it. */
  function* unstarted(pilot: PilotPrincipal, claim: MatchClaim): Work<JobRow | undefined> {
    const job = yield* findJob(claim.jobId);
    const isHeld =
      job?.status === 'Matched' && job.attempt === claim.attempt && job.pilotStamp === pilot.stamp;
    return isHeld ? job : undefined;
  }

  function* say(event: string, pilot: PilotPrincipal, { jobId, attempt }: JobRow): Work<void> {
    yield* afterCommit(() => log.info({ jobId, attempt, stamp: pilot.stamp }, event));
  }

  function* replay(pilot: PilotPrincipal, job: JobRow): Work<ReplayedMatch> {
    const description = yield* findDescription(job.jobId);
    if (!description) throw new Error(`job ${job.jobId} has no description`);
    yield* say('match.answered-again', pilot, job);
    return { job, taskQueue: demandOf(description.processed).requirements };
  }

  function* giveBack(pilot: PilotPrincipal, job: JobRow): Work<void> {
    yield* parts.rescheduling.reschedule(job, {
      nowMs: clock.nowMs(),
      source: 'Matcher',
      reason: 'The pilot never got the answer',
      cost: 'nothing',
      payloadMayRun: false,
    });
    yield* say('match.given-back', pilot, job);
  }

  return {
    *again(pilot, { requestId, held }) {
      const claim = yield* lastClaim(pilot.stamp);
      if (!claim) return undefined;
      const job = yield* unstarted(pilot, claim);
      if (!job) return undefined;
      if (claim.requestId === requestId) return yield* replay(pilot, job);
      const isKnown = held.some(({ jobId, attempt }) => jobId === job.jobId && attempt === job.attempt);
      if (!isKnown && job.reportedAtMs === null) yield* giveBack(pilot, job);
      return undefined;
    },

    *remember(pilot, { requestId }, { jobId, attempt }) {
      yield* saveClaim(yield* lastClaim(pilot.stamp), {
        pilotStamp: pilot.stamp,
        requestId,
        jobId,
        attempt,
        atMs: clock.nowMs(),
      });
    },
  };
}
