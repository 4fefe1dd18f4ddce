/**
 * Builds the snapshot that explanations look at, and what they need to know of one task queue. Read anew when it is
 * older than a breath: a portal that shows an explanation asks again with every event.
 */
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import type { Database } from '../db/database.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Gates } from '../matching/open-queues.ts';
import type { RunningLimits } from '../matching/running-limits.ts';
import { matchRules } from '../matching/rules/index.ts';
import { promiseOf, readPilotDecisions, readSeenOffers } from '../pilots/pilot-decision.store.ts';
import type { TaskQueue } from '../task-queues/task-queue.ts';
import { limitStates } from './limit-states.ts';
import { placesOfConfiguration } from './places.ts';
import type { Verdict } from './obstacles.ts';
import { countRivals, likelyOffers, rivalsAmong } from './rivals.ts';
import { shareStates, type Pace, type ShareParts } from './share-states.ts';
import type { Place, Rivals, ShareState, World } from './world.ts';

export interface ExplainWorldParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly configuration: { current(): ConfigurationSnapshot };
  /** Task queues with waiting jobs, as the matcher sees them. */
  readonly taskQueues: () => readonly TaskQueue[];
  readonly limits: Gates['limits'] & Pick<RunningLimits, 'isReached' | 'running'>;
  readonly isHeld: Gates['isHeld'];
  /** When closed batch queues take pilots again by themselves, by the key of their class of pilots. */
  readonly openings: () => ReadonlyMap<string, number>;
  readonly ledger: ShareParts['ledger'];
  readonly shares: ShareParts['shares'];
}

export interface ExplainWorld {
  current(): Promise<World>;
  /**
   * Who else may be given the pilots that a queue waits for. `fits`: where its jobs fit. `pace`: of the VO, to say
   * when the shares are even again.
   */
  contestOf(taskQueue: TaskQueue, fits: readonly Verdict[], pace?: Pace): Contest;
}

export interface Contest {
  readonly rivals: Rivals;
  readonly shares: readonly ShareState[];
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
    return placesOfConfiguration(values, { ...facts, openings: parts.openings(), promiseOf });
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
      limits: limitStates(configuration.current().values.scheduling.limits, parts.limits, clock.nowMs()),
    }),

    contestOf(taskQueue, fitting, pace) {
      const nowMs = clock.nowMs();
      const offers = likelyOffers(fitting, taskQueue.vo);
      const rivals = rivalsAmong(parts.taskQueues(), taskQueue, offers, parts, nowMs);
      return {
        rivals: countRivals(taskQueue, rivals),
        shares: shareStates(taskQueue, [taskQueue, ...rivals], parts, { nowMs, pace }),
      };
    },
  };
}
