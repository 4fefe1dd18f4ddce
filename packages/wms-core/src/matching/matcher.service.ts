/**
 * Gives waiting jobs to pilots: draws a task queue by weight, takes its first job, waits for one when there is
 * none. What a pilot may run follows from its principal; the body of its request only says what is free.
 */
import { afterCommit, type Database, type Work, type WorkHints } from '../db/database.ts';
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import type { PilotPrincipal } from '../identity/principal.ts';
import type { JobMoves } from '../jobs/job-moves.service.ts';
import type { JobRescheduling } from '../jobs/job-rescheduling.service.ts';
import { mustDrain } from '../jobs/job-state-update.service.ts';
import { findDescription } from '../jobs/job-description.service.ts';
import { findJob, jobEntity, type JobRow } from '../jobs/job.store.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Metrics } from '../kernel/metrics.ts';
import { coreMetrics } from '../metrics/core-metrics.ts';
import { glanceAtHead } from '../task-queues/task-queue.store.ts';
import type { TaskQueue, TaskQueueRequirements } from '../task-queues/task-queue.ts';
import type { CancelSignal, MatchedJob, MatcherUseCases, MatchRequest } from '../use-cases.ts';
import { boundOffer } from './bound-offer.ts';
import { claimEntity } from './match-claim.store.ts';
import { createMatchReplay } from './match-replay.service.ts';
import { MatchWaiters } from './match-waiters.ts';
import { openQueues, type Gates } from './open-queues.ts';
import type { ResourceOffer } from './resource.ts';
import { ClaimHold } from './claim-hold.ts';
import type { DispatchPlace, Dispatches } from './dispatch.service.ts';
import type { RunningLimits } from './running-limits.ts';
import type { QueuedJob, TaskQueueHeads } from './task-queue-heads.ts';
import type { TaskQueueIndex, TaskQueueIndexParts } from './task-queue-index.ts';

/** Presigned downloads of the input sandboxes of a job, in the order of its description. */
export type InputSandboxDoors = (jobId: number) => Work<MatchedJob['inputSandboxes']>;

export interface MatcherParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics?: Metrics | undefined;
  readonly configuration: { current(): ConfigurationSnapshot };
  readonly index: TaskQueueIndex;
  readonly heads: TaskQueueHeads;
  readonly limits: RunningLimits;
  readonly dispatches: Dispatches;
  readonly fits: TaskQueueIndexParts['fits'];
  readonly moves: JobMoves;
  readonly rescheduling: JobRescheduling;
  readonly inputSandboxDoors: InputSandboxDoors;
  readonly pilotMatched: (pilot: PilotPrincipal, jobId: number) => Work<void>;
  readonly isHeld: Gates['isHeld'];
  /** Told after each match is durable. */
  readonly noteMatch?: ((taskQueue: TaskQueue) => void) | undefined;
  /** Gives [0, 1); the lottery's only source of chance. */
  readonly random: () => number;
}

/** A job that was drawn, and is held for the pilot. */
interface Candidate {
  readonly jobId: number;
  readonly taskQueue: TaskQueue;
  readonly place: DispatchPlace;
  /** JSON of a `RecordedDecision`. */
  readonly decision: string;
}

interface Claim {
  readonly job: JobRow;
  readonly taskQueue: ProcessorDemand;
}

const longestWaitMs = 60_000;
/** A queue that grows while it is read is read again so often. */
const mostReadings = 4;

export function createMatcherService(parts: MatcherParts): MatcherUseCases {
  const { database, clock, index, heads, limits, dispatches, moves } = parts;
  const log = parts.log.child({ part: 'matcher' });
  const waiters = new MatchWaiters(index, parts.fits);
  const replay = createMatchReplay(parts);
  limits.onFreed(() => waiters.callAll());

  /** The first job of a queue that nobody holds. */
  function* nextJob(taskQueueId: number): Work<number | undefined> {
    let known = heads.next(taskQueueId);
    for (let readings = 0; known === 'unknown' && readings < mostReadings; readings++) {
      const reading = heads.startReading(taskQueueId);
      let jobs: readonly QueuedJob[] | undefined;
      try {
        jobs = yield* glanceAtHead(taskQueueId, reading.limit);
      } finally {
        heads.finishReading(reading, jobs);
      }
      known = heads.next(taskQueueId);
    }
    // Unknown still: it grows faster than it can be read, and whoever waits hears of that.
    return known === 'unknown' ? undefined : known;
  }

  /** Draws a job and holds it; nothing is stored. */
  function* drawJob(offer: ResourceOffer, hold: ClaimHold): Work<Candidate | undefined> {
    const nowMs = clock.nowMs();
    const empty = new Set<number>();
    const isOpenHere = openQueues(parts, offer, nowMs);
    const isOpen = (taskQueue: TaskQueue): boolean =>
      !empty.has(taskQueue.taskQueueId) && isOpenHere(taskQueue);
    for (;;) {
      const drawn = index.draw(offer, parts.random, isOpen);
      if (!drawn) return undefined;
      const { taskQueue, decision } = drawn;
      const { taskQueueId } = taskQueue;
      const jobId = yield* nextJob(taskQueueId);
      if (jobId === undefined) {
        empty.add(taskQueueId); // drained a moment ago; the index hears of it after the commit
        continue;
      }
      const place = { offer, processors: processorsFor(taskQueue, offer), nowMs };
      hold.take(taskQueueId, jobId);
      dispatches.promise(taskQueue, place, hold);
      return { jobId, taskQueue, place, decision: JSON.stringify({ taskQueueId, offer, ...decision }) };
    }
  }

  /** Gives the pilot the job that was drawn for it; draws another one when it is gone or a limit says no. */
  function* claim(
    pilot: PilotPrincipal,
    offer: ResourceOffer,
    drawn: Candidate | undefined,
    hold: ClaimHold,
  ): Work<Claim | undefined> {
    let candidate = drawn;
    while (candidate) {
      const { jobId, taskQueue, place, decision } = candidate;
      const outcome = yield* moves.claim(jobId, pilot, { nowMs: place.nowMs, decision }, (job) =>
        dispatches.take(job, taskQueue, place, hold),
      );
      if (outcome.kind === 'claimed') {
        const { job } = outcome;
        yield* parts.pilotMatched(pilot, jobId);
        yield* afterCommit(() => {
          parts.noteMatch?.(taskQueue);
          log.info({ jobId, attempt: job.attempt, stamp: pilot.stamp, site: pilot.site }, 'job.matched');
        });
        return { job, taskQueue };
      }
      hold.undo();
      // It stays in hand, so that a glance that still shows it reads further.
      if (outcome.kind === 'gone') heads.left(taskQueue.taskQueueId, jobId);
      else hold.release(jobId);
      candidate = yield* drawJob(offer, hold);
    }
    return undefined;
  }

  /** As `claim`; a question that was answered before gets the same answer. */
  function* claimOnce(
    pilot: PilotPrincipal,
    request: MatchRequest,
    hold: ClaimHold,
    claimDrawn: () => Work<Claim | undefined>,
  ): Work<Claim | undefined> {
    const again = yield* replay.again(pilot, request);
    if (again) {
      hold.rollBack();
      return again;
    }
    const found = yield* claimDrawn();
    if (found) yield* replay.remember(pilot, request, found.job);
    return found;
  }

  /** The draw reads beside the writes of others; only the claim is one. */
  async function claimOne(
    pilot: PilotPrincipal,
    offer: ResourceOffer,
    request: MatchRequest | undefined,
  ): Promise<Claim | undefined> {
    const hold = new ClaimHold(heads);
    try {
      const drawn = await database.read(() => drawJob(offer, hold));
      if (!drawn && !request) return undefined;
      let isFirstRun = true;
      const work = function* (): Work<Claim | undefined> {
        let candidate = drawn;
        if (!isFirstRun) {
          hold.rollBack(); // of a run that failed
          candidate = yield* drawJob(offer, hold);
        }
        isFirstRun = false;
        const claimDrawn = () => claim(pilot, offer, candidate, hold);
        return yield* request ? claimOnce(pilot, request, hold, claimDrawn) : claimDrawn();
      };
      const found = await database.write(work, hintsOf(pilot, drawn, request));
      hold.keep();
      return found;
    } catch (error) {
      hold.rollBack();
      heads.clear();
      throw error;
    }
  }

  /** What the pilot needs to run the job; it never changes, so it is read outside the claim. */
  async function answerOf({ job, taskQueue }: Claim, offer: ResourceOffer): Promise<MatchedJob> {
    const { jobId, attempt, owner, ownerGroup, vo } = job;
    const processors = processorsFor(taskQueue, offer);
    return database.read(function* () {
      const description = yield* findDescription(jobId);
      if (!description) throw new Error(`job ${jobId} has no description`);
      // No archive has no bytes, and most jobs of a sweep have none: a match should not look for nothing.
      const inputSandboxes = job.inputSandboxBytes === 0 ? [] : yield* parts.inputSandboxDoors(jobId);
      return {
        jobId,
        attempt,
        owner,
        ownerGroup,
        vo,
        jdl: description.processed,
        processors,
        inputSandboxes,
      };
    });
  }

  /** The pilot went away between question and answer: the attempt never started. */
  async function giveBack({ jobId, attempt }: JobRow): Promise<void> {
    await database.write(function* () {
      const job = yield* findJob(jobId);
      if (!job || job.attempt !== attempt || job.status !== 'Matched') return;
      yield* parts.rescheduling.reschedule(job, {
        nowMs: clock.nowMs(),
        source: 'Matcher',
        reason: 'The pilot went away',
        cost: 'nothing',
        payloadMayRun: false,
      });
    });
  }

  return {
    async match(pilot, asked, waitMs, signal, request) {
      const untilMs = performance.now() + Math.min(Math.max(waitMs, 0), longestWaitMs);
      while (!isOver(signal)) {
        // At every turn: the configuration may have changed while the pilot waited.
        const configuration = parts.configuration.current();
        if (mustDrain(pilot, configuration)) return { kind: 'stop', reason: takesNoJobs(pilot) };
        const offer = boundOffer(pilot, asked, configuration.values);
        const waiter = waiters.add(offer, signal);
        try {
          const startedAtMs = performance.now();
          const found = await claimOne(pilot, offer, request);
          const tookS = (performance.now() - startedAtMs) / 1000;
          parts.metrics?.observe(coreMetrics.matchDuration, { outcome: found ? 'match' : 'no-match' }, tookS);
          if (found && isOver(signal)) await giveBack(found.job);
          else if (found) return { kind: 'match', job: await answerOf(found, offer) };
          const leftMs = untilMs - performance.now();
          if (leftMs <= 0 || isOver(signal)) break;
          await waiter.wait(Math.min(leftMs, limits.nextIntervalEndMs(offer, clock.nowMs())));
        } finally {
          waiter.leave();
        }
      }
      return { kind: 'noMatch', reason: 'No waiting job fits this offer.' };
    },
  };
}

const hintsOf = (
  pilot: PilotPrincipal,
  drawn: Candidate | undefined,
  request: MatchRequest | undefined,
): WorkHints => ({
  loads: [
    ...(drawn ? [{ entity: jobEntity, ids: [drawn.jobId] }] : []),
    ...(request ? [{ entity: claimEntity, ids: [pilot.stamp] }] : []),
  ],
});

const takesNoJobs = ({ batchQueue, computingElement, site, vo }: PilotPrincipal): string =>
  `The batch queue ${site}/${computingElement}/${batchQueue} takes no jobs of ${vo} now.`;

const isOver = (signal: CancelSignal | undefined): boolean => signal?.aborted ?? false;

/** What decides how many processors a payload gets. */
type ProcessorDemand = Pick<
  TaskQueueRequirements,
  'minProcessors' | 'maxProcessors' | 'wholeNode' | 'memoryMiB' | 'memoryPerProcessorMiB'
>;

/** Processors the payload may use: what it asked for at most, what is free at most, what its memory allows. */
export function processorsFor(taskQueue: ProcessorDemand, offer: ResourceOffer): number {
  const { minProcessors, maxProcessors, wholeNode } = taskQueue;
  const most =
    wholeNode || maxProcessors === 0 ? offer.processors : Math.min(maxProcessors, offer.processors);
  const eachMiB = taskQueue.memoryPerProcessorMiB ?? 0;
  const affordable = eachMiB === 0 ? most : Math.floor((offer.memoryMiB - taskQueue.memoryMiB) / eachMiB);
  return Math.max(Math.min(most, affordable), minProcessors);
}
