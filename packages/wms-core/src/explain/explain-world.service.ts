/**
 * Builds the snapshot that explanations look at, and what they need to know of one task queue. Read anew when it is
 * older than a breath: a portal that shows an explanation asks again with every event.
 */
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import type { Database } from '../db/database.ts';
import type { Clock } from '../kernel/clock.ts';
import { fits } from '../matching/match.ts';
import { matchRules } from '../matching/rules/index.ts';
import { promiseOf, readPilotDecisions, readSeenOffers } from '../pilots/pilot-decision.store.ts';
import type { TaskQueue } from '../task-queues/task-queue.ts';
import { placesOfConfiguration } from './places.ts';
import { offersAt, type LimitState, type Place, type Rivals, type ShareState, type World } from './world.ts';

export interface ExplainWorldParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly configuration: { current(): ConfigurationSnapshot };
  /** Task queues with waiting jobs, as the matcher sees them. */
  readonly taskQueues: () => readonly TaskQueue[];
  /** Limits on jobs at work, reached or not. */
  readonly limits?: (() => readonly LimitState[]) | undefined;
  /** What VO, group and owner of the queue have used of late. */
  readonly shares?: ((taskQueue: TaskQueue) => readonly ShareState[]) | undefined;
}

export interface ExplainWorld {
  current(): Promise<World>;
  /** Other queues of the VO that pilots of these places could serve too. */
  rivalsOf(taskQueue: TaskQueue, open: readonly Place[]): Rivals;
  sharesOf(taskQueue: TaskQueue): readonly ShareState[];
}

const freshMs = 1000;
/** Nodes seen longer ago may be gone. */
const seenForMs = 14 * 86_400_000;

export function createExplainWorld(parts: ExplainWorldParts): ExplainWorld {
  const { clock, configuration, database } = parts;
  let built:
    | { readonly atMs: number; readonly version: string; readonly places: Promise<readonly Place[]> }
    | undefined;

  async function readPlaces(): Promise<readonly Place[]> {
    const { values } = configuration.current();
    const facts = await database.read(function* () {
      return {
        decisions: yield* readPilotDecisions(),
        seen: yield* readSeenOffers(clock.nowMs() - seenForMs),
      };
    });
    return placesOfConfiguration(values, { ...facts, promiseOf });
  }

  function places(): Promise<readonly Place[]> {
    const { version } = configuration.current();
    const nowMs = clock.nowMs();
    const isFresh = built?.version === version && nowMs - built.atMs < freshMs;
    if (!built || !isFresh) built = { atMs: nowMs, version, places: readPlaces() };
    return built.places;
  }

  return {
    current: async () => ({
      nowMs: clock.nowMs(),
      places: await places(),
      rules: matchRules,
      limits: parts.limits?.() ?? [],
    }),

    rivalsOf(taskQueue, open) {
      const offers = open.flatMap((place) => offersAt(place, taskQueue));
      let queues = 0;
      let ownJobs = 0;
      let otherJobs = 0;
      for (const other of parts.taskQueues()) {
        if (other.vo !== taskQueue.vo || other.taskQueueId === taskQueue.taskQueueId) continue;
        if (!offers.some((offer) => fits(other, offer))) continue;
        queues += 1;
        if (other.owner === taskQueue.owner && other.ownerGroup === taskQueue.ownerGroup)
          ownJobs += other.waitingJobs;
        else otherJobs += other.waitingJobs;
      }
      return { queues, ownJobs, otherJobs };
    },

    sharesOf: (taskQueue) => parts.shares?.(taskQueue) ?? [],
  };
}
