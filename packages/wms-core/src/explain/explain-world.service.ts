/**
 * Builds the snapshot that explanations look at, and what they need to know of one task queue. Read anew when it is
 * older than a breath: a portal that shows an explanation asks again with every event.
 */
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import type { Database } from '../db/database.ts';
import type { Clock } from '../kernel/clock.ts';
import { fits } from '../matching/match.ts';
import type { ResourceOffer } from '../matching/resource.ts';
import type { RunningLimits } from '../matching/running-limits.ts';
import { matchRules } from '../matching/rules/index.ts';
import { promiseOf, readPilotDecisions, readSeenOffers } from '../pilots/pilot-decision.store.ts';
import { noPilots } from '../pilots/pilot-decisions.ts';
import type { TaskQueue } from '../task-queues/task-queue.ts';
import { limitStates } from './limit-states.ts';
import { placesOfConfiguration } from './places.ts';
import type { Verdict } from './obstacles.ts';
import { shareStates, type Pace, type ShareParts } from './share-states.ts';
import type { Place, Rivals, ShareState, World } from './world.ts';

export interface ExplainWorldParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly configuration: { current(): ConfigurationSnapshot };
  /** Task queues with waiting jobs, as the matcher sees them. */
  readonly taskQueues: () => readonly TaskQueue[];
  readonly limits: Pick<RunningLimits, 'isReached' | 'running'>;
  readonly ledger: ShareParts['ledger'];
  readonly shares: ShareParts['shares'];
}

export interface ExplainWorld {
  current(): Promise<World>;
  /** Other queues of the VO that the pilots this job waits for could serve too. `fits`: where the job fits. */
  rivalsOf(taskQueue: TaskQueue, fits: readonly Verdict[]): Rivals;
  /** `pace`: of the VO, to say when the shares are even again. */
  sharesOf(taskQueue: TaskQueue, pace?: Pace): readonly ShareState[];
}

const noRivals: Rivals = { queues: 0, ownJobs: 0, otherJobs: 0 };

/** Every queue of the VO is compared with so many offers at most. */
const mostOffers = 8;

/** Offers of places where pilots are or come, one a place; of other places when there are too few. */
function likelyOffers(fitting: readonly Verdict[], vo: string): readonly ResourceOffer[] {
  const pilotsAt = ({ decision }: Place): number => {
    const { idle, waiting } = decision?.pilots[vo] ?? noPilots;
    return idle * 1000 + waiting;
  };
  const onePerPlace = new Map(fitting.map((verdict) => [verdict.place, verdict.offer]));
  return [...onePerPlace]
    .toSorted(([a], [b]) => pilotsAt(b) - pilotsAt(a))
    .slice(0, mostOffers)
    .map(([, offer]) => offer);
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
      limits: limitStates(configuration.current().values.scheduling.limits, parts.limits, clock.nowMs()),
    }),

    rivalsOf(taskQueue, fitting) {
      const offers = likelyOffers(fitting, taskQueue.vo);
      let queues = 0;
      let ownJobs = 0;
      let otherJobs = 0;
      if (offers.length === 0) return noRivals;
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

    sharesOf: (taskQueue, pace) =>
      shareStates(taskQueue, parts.taskQueues(), parts, { nowMs: clock.nowMs(), pace }),
  };
}
