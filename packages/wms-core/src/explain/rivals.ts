/** Who else the draw would look at for the pilots that a task queue waits for. Pure. */
import { fits } from '../matching/match.ts';
import { openQueues, type Gates } from '../matching/open-queues.ts';
import type { ResourceOffer } from '../matching/resource.ts';
import { noPilots } from '../pilots/pilot-decisions.ts';
import type { TaskQueue } from '../task-queues/task-queue.ts';
import type { Verdict } from './obstacles.ts';
import type { Place, Rivals } from './world.ts';

/** Every queue of the VO is compared with so many offers at most. */
const mostOffers = 8;

/** Offers of places where pilots are or come, one a place; of other places when there are too few. */
export function likelyOffers(fitting: readonly Verdict[], vo: string): readonly ResourceOffer[] {
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

/** Of all that wait, the other queues of the VO that fit one of the offers and are open there. */
export function rivalsAmong(
  waiting: readonly TaskQueue[],
  { taskQueueId, vo }: TaskQueue,
  offers: readonly ResourceOffer[],
  gates: Gates,
  nowMs: number,
): readonly TaskQueue[] {
  const draws = offers.map((offer) => ({ offer, isOpen: openQueues(gates, offer, nowMs) }));
  return waiting.filter(
    (other) =>
      other.vo === vo &&
      other.taskQueueId !== taskQueueId &&
      draws.some(({ isOpen, offer }) => fits(other, offer) && isOpen(other)),
  );
}

export function countRivals({ owner, ownerGroup }: TaskQueue, rivals: readonly TaskQueue[]): Rivals {
  let ownJobs = 0;
  let otherJobs = 0;
  for (const rival of rivals)
    if (rival.owner === owner && rival.ownerGroup === ownerGroup) ownJobs += rival.waitingJobs;
    else otherJobs += rival.waitingJobs;
  return { queues: rivals.length, ownJobs, otherJobs };
}
