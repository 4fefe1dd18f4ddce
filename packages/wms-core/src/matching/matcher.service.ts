/**
 * Gives waiting jobs to pilots: draws a task queue by weight, takes its first job, waits for one when there is
 * none. What a pilot may run follows from its principal; the body of its request only says what is free.
 */
import { afterCommit, type Database, type Work } from '../db/database.ts';
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import type { PilotPrincipal } from '../identity/principal.ts';
import type { JobMoves } from '../jobs/job-moves.service.ts';
import type { JobRescheduling } from '../jobs/job-rescheduling.service.ts';
import { mustDrain } from '../jobs/job-state-update.service.ts';
import { findDescription } from '../jobs/job-description.service.ts';
import { findJob, type JobRow } from '../jobs/job.store.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Metrics } from '../kernel/metrics.ts';
import { coreMetrics } from '../metrics/core-metrics.ts';
import { glanceAtHead } from '../task-queues/task-queue.store.ts';
import type { TaskQueue, TaskQueueRequirements } from '../task-queues/task-queue.ts';
import type { CancelSignal, MatchedJob, MatcherUseCases, MatchRequest } from '../use-cases.ts';
import { boundOffer } from './bound-offer.ts';
import { createMatchReplay } from './match-replay.service.ts';
import { MatchWaiters } from './match-waiters.ts';
import type { ResourceOffer } from './resource.ts';
import { ClaimHold } from './claim-hold.ts';
import { insertDecision } from './decision.store.ts';
import type { Dispatches } from './dispatch.service.ts';
import type { RunningLimits } from './running-limits.ts';
import type { TaskQueueHeads } from './task-queue-heads.ts';
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
  /** True while the owner's jobs must not start: he has no proxy for them. */
  readonly isHeld: (taskQueue: TaskQueue) => boolean;
  /** Told after each match is durable. */
  readonly noteMatch?: ((taskQueue: TaskQueue) => void) | undefined;
  /** Gives [0, 1); the lottery's only source of chance. */
  readonly random: () => number;
}

interface Claim {
  readonly job: JobRow;
  readonly taskQueue: ProcessorDemand;
}

const longestWaitMs = 60_000;

export function createMatcherService(parts: MatcherParts): MatcherUseCases {
  const { database, clock, index, heads, limits, dispatches, moves } = parts;
  const log = parts.log.child({ part: 'matcher' });
  const waiters = new MatchWaiters(index, parts.fits);
  const replay = createMatchReplay(parts);
  limits.onFreed(() => waiters.callAll());

  function* nextJob(taskQueueId: number): Work<number | undefined> {
    const known = heads.next(taskQueueId);
    if (known !== 'unknown') return known;
    const limit = heads.lengthToRead(taskQueueId);
    heads.read(taskQueueId, yield* glanceAtHead(taskQueueId, limit), limit);
    const found = heads.next(taskQueueId);
    return found === 'unknown' ? undefined : found;
  }

  function* claim(pilot: PilotPrincipal, offer: ResourceOffer, hold: ClaimHold): Work<Claim | undefined> {
    hold.rollBack(); // of a run that failed
    const nowMs = clock.nowMs();
    const empty = new Set<number>();
    const limitsHere = limits.at(offer);
    const isOpen = (taskQueue: TaskQueue): boolean =>
      !empty.has(taskQueue.taskQueueId) &&
      !parts.isHeld(taskQueue) &&
      !limits.obstacle(limitsHere, taskQueue, nowMs);
    for (;;) {
      const drawn = index.draw(offer, parts.random, isOpen);
      if (!drawn) return undefined;
      const { taskQueue, decision } = drawn;
      const { taskQueueId } = taskQueue;
      const jobId = yield* nextJob(taskQueueId);
      if (jobId === undefined) {
        empty.add(taskQueueId); // drained by this very group; the index hears of it after the commit
        continue;
      }
      hold.take(taskQueueId, jobId);
      const processors = processorsFor(taskQueue, offer);
      const outcome = yield* moves.claim(jobId, pilot, nowMs, (job) =>
        dispatches.take(job, taskQueue, { offer, processors, nowMs }, hold),
      );
      // It stays in hand, so that a glance that still shows it reads further.
      if (outcome.kind === 'gone') heads.left(taskQueueId, jobId);
      if (outcome.kind === 'limited') hold.release(jobId);
      if (outcome.kind !== 'claimed') continue;
      const { job } = outcome;
      yield* insertDecision(jobId, job.attempt, nowMs, JSON.stringify({ taskQueueId, offer, ...decision }));
      yield* parts.pilotMatched(pilot, jobId);
      yield* afterCommit(() => {
        parts.noteMatch?.(taskQueue);
        log.info({ jobId, attempt: job.attempt, stamp: pilot.stamp, site: pilot.site }, 'job.matched');
      });
      return { job, taskQueue };
    }
  }

  /** As `claim`; a question that was answered before gets the same answer. */
  function* claimOnce(
    pilot: PilotPrincipal,
    offer: ResourceOffer,
    hold: ClaimHold,
    request: MatchRequest,
  ): Work<Claim | undefined> {
    const again = yield* replay.again(pilot, request);
    if (again) return again;
    const found = yield* claim(pilot, offer, hold);
    if (found) yield* replay.remember(pilot, request, found.job);
    return found;
  }

  async function claimOne(
    pilot: PilotPrincipal,
    offer: ResourceOffer,
    request: MatchRequest | undefined,
  ): Promise<Claim | undefined> {
    const hold = new ClaimHold(heads);
    try {
      const found = await database.write(() =>
        request ? claimOnce(pilot, offer, hold, request) : claim(pilot, offer, hold),
      );
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
      if (mustDrain(pilot, parts.configuration.current()))
        return { kind: 'stop', reason: `The site ${pilot.site} takes no jobs now.` };
      const offer = boundOffer(pilot, asked, parts.configuration.current().values);
      const untilMs = performance.now() + Math.min(Math.max(waitMs, 0), longestWaitMs);
      while (!isOver(signal)) {
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
          await waiter.wait(leftMs);
        } finally {
          waiter.leave();
        }
      }
      return { kind: 'noMatch', reason: 'No waiting job fits this offer.' };
    },
  };
}

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
