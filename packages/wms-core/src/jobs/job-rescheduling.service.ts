/**
 * Gives a job back to the task queues as a new attempt, or ends it when it has been tried often enough. Used
 * by the user's Reschedule, by pilots that cannot run a payload, and by the stalled jobs agent.
 */
import type { Work } from '../db/database.ts';
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import type { Move } from './apply-move.ts';
import { isHeldByPilot, type JobMoves, type MoveOutcome } from './job-moves.service.ts';
import { demandOf } from './job-requirements.ts';
import { canMove, canStartAnew, type JobStatus } from './job-status.ts';
import { findDescription } from './job-description.service.ts';
import type { JobRow } from './job.store.ts';
import type { Optimizers, Stop } from './optimizers/optimizers.service.ts';

/**
 * `attempt` counts against `maxRescheduling`; `shallow`, when no payload started, against the larger
 * `maxShallowResubmissions`; `nothing`, when the pilot never heard of the job; `reset` forgets both counts.
 */
export type ReschedulingCost = 'attempt' | 'shallow' | 'nothing' | 'reset';

/** The cost of an attempt that a pilot or the server gives up. */
export const costOf = (job: Pick<JobRow, 'startExecAtMs'>): ReschedulingCost =>
  job.startExecAtMs === null ? 'shallow' : 'attempt';

export interface Rescheduling {
  readonly nowMs: number;
  readonly source: string;
  /** Goes to the application status in the log: why. */
  readonly reason?: string | undefined;
  /** What it costs of the limits; default `attempt`. */
  readonly cost?: ReschedulingCost;
  /** Minor status of a job that may not be tried again; `Maximum of reschedulings reached` when left out. */
  readonly lastMinorStatus?: string;
  /** At the limit a payload that runs goes on, and the job stays what it is. */
  readonly sparesPayload?: boolean;
  /** False: the pilot says itself that nothing runs, so it needs no Kill. */
  readonly payloadMayRun?: boolean;
}

export type RescheduleOutcome = MoveOutcome | { readonly kind: 'exhausted'; readonly job: JobRow };

export interface JobRescheduling {
  /** `exhausted`: past the limit, the job is Failed now unless its payload was spared. Kills a payload that still runs. */
  reschedule(job: JobRow, rescheduling: Rescheduling): Work<RescheduleOutcome>;
}

const tooOften = 'Maximum of reschedulings reached';

export function createJobRescheduling(parts: {
  readonly moves: JobMoves;
  readonly configuration: { current(): ConfigurationSnapshot };
  readonly optimizers: Pick<Optimizers, 'firstStopOf' | 'stopped'>;
}): JobRescheduling {
  const { moves } = parts;

  function* exhaust(job: JobRow, rescheduling: Rescheduling): Work<RescheduleOutcome> {
    const { nowMs, source, reason, lastMinorStatus: minorStatus = tooOften } = rescheduling;
    const failed: Move = { status: 'Failed', minorStatus, applicationStatus: reason, atMs: nowMs, source };
    const isDirect = job.status === 'Failed' || canMove(job.status, 'Failed');
    const way = isDirect ? [failed] : [{ ...failed, status: 'Rescheduled' as const }, failed];
    const outcome = yield* moves.move(job, way, { nowMs });
    return { kind: 'exhausted', job: outcome.job };
  }

  function isExhausted(job: JobRow, cost: ReschedulingCost): boolean {
    const { jobDescription, lifeCycle } = parts.configuration.current().values;
    if (cost === 'attempt') return job.rescheduleCounter >= jobDescription.maxRescheduling;
    return cost === 'shallow' && job.shallowCounter >= lifeCycle.maxShallowResubmissions;
  }

  return {
    *reschedule(job, rescheduling) {
      const { nowMs, cost = 'attempt', payloadMayRun = true } = rescheduling;
      const refusal = canReschedule(job);
      if (refusal) return refusal;
      const isOver = isExhausted(job, cost);
      if (isOver && rescheduling.sparesPayload && isHeldByPilot(job)) return { kind: 'exhausted', job };
      if (payloadMayRun) yield* moves.commandKill(job, nowMs);
      if (isOver) return yield* exhaust(job, rescheduling);
      const description = yield* findDescription(job.jobId);
      if (!description) throw new Error(`job ${job.jobId} has no description`);
      const demand = demandOf(description.processed);
      const stop = parts.optimizers.firstStopOf(description.processed);
      if (stop.status !== 'Waiting') yield* parts.optimizers.stopped();
      return yield* moves.move(job, wayBack(job.status, rescheduling, stop), {
        nowMs,
        requirements: demand.requirements,
        fields: {
          site: demand.site,
          attempt: job.attempt + 1,
          ...countersAfter(job, cost),
          rescheduledAtMs: nowMs,
          pilotStamp: null,
          startExecAtMs: null,
          endExecAtMs: null,
          heartbeatAtMs: null,
          reportedAtMs: null,
        },
      });
    },
  };
}

function countersAfter(
  { rescheduleCounter, shallowCounter }: JobRow,
  cost: ReschedulingCost,
): Pick<JobRow, 'rescheduleCounter' | 'shallowCounter'> {
  switch (cost) {
    case 'attempt':
      return { rescheduleCounter: rescheduleCounter + 1, shallowCounter };
    case 'shallow':
      return { rescheduleCounter, shallowCounter: shallowCounter + 1 };
    case 'nothing':
      return { rescheduleCounter, shallowCounter };
    case 'reset':
      return { rescheduleCounter: 0, shallowCounter: 0 };
  }
}

/** Waiting jobs may be rescheduled too: they get their place in the queue again. */
const canReschedule = (job: JobRow): MoveOutcome | undefined =>
  canStartAnew(job.status) ? undefined : { kind: 'refused', job, from: job.status, to: 'Rescheduled' };

/** Up to the task queue, or to the optimizer that has to be asked again; a job that is on its way there goes on from where it is. */
function wayBack(
  from: JobStatus,
  { nowMs: atMs, source, reason = 'Unknown' }: Rescheduling,
  stop: Stop,
): readonly Move[] {
  const minorStatus = 'Job Rescheduled';
  const checking: Move = { status: 'Checking', minorStatus, applicationStatus: reason, atMs, source };
  const back: readonly Move[] = [
    { status: 'Rescheduled', minorStatus, applicationStatus: reason, atMs, source },
    { status: 'Received', minorStatus, applicationStatus: 'Unknown', atMs, source },
  ];
  const ahead: readonly Move[] =
    stop.status === 'Waiting'
      ? [
          { status: 'Checking', minorStatus: 'JobScheduling', atMs, source: 'JobManager' },
          { ...stop, atMs, source: 'JobScheduling' },
        ]
      : [{ ...stop, atMs, source: 'JobManager' }];
  const isAfresh = from === 'Rescheduled' || canMove(from, 'Rescheduled');
  return [...(isAfresh ? back : [checking]), ...ahead];
}
