/**
 * How many pilots to send where: pure. Asked by the pilot director with what waits, what is in flight and what
 * may be sent. One pilot for one waiting job at most, less what pilots in flight will take (DESIGN §3: a ledger of
 * demand, not one pilot per job and cycle); scarce demand is served first, the smallest fitting pilot is sent.
 */
import { createFreePilots, type FreePilots, type PilotInFlight } from './free-pilots.ts';
import { promisedOffer, type PromisedOffer } from '../matching/promised-offer.ts';
import type { ResourceOffer } from '../matching/resource.ts';
import type { TaskQueue, TaskQueueRequirements } from '../task-queues/task-queue.ts';

/** A batch queue: pilots sent there are all alike. */
export interface PilotClass {
  /** `site/computingElement/batchQueue`. */
  readonly key: string;
  /** What a fresh pilot will offer; its VO is that of the demand it is sent for. */
  readonly offer: PromisedOffer;
  readonly vos: readonly string[];
  readonly maxTotalPilots: number;
  readonly maxWaitingPilots: number;
  /** Nothing is sent before this instant: the last ones failed. 0 = open. */
  readonly blockedUntilMs: number;
  /** How long pilots usually wait there for their start; undefined while none has started. */
  readonly leadMs?: number | undefined;
}

export interface PlannedSubmission {
  readonly classKey: string;
  readonly vo: string;
  readonly taskQueueId: number;
  readonly pilots: number;
}

export interface PlanInput {
  readonly nowMs: number;
  readonly classes: readonly PilotClass[];
  readonly inFlight: readonly PilotInFlight[];
  readonly taskQueues: readonly TaskQueue[];
  readonly fits: (wanted: TaskQueueRequirements, offer: ResourceOffer) => boolean;
}

/** A batch queue that keeps pilots longer than usual gets no more of them until one starts. */
export const isClogged = (there: readonly PilotInFlight[]): boolean =>
  there.some((pilot) => pilot.isOverdue === true);

/** Room left in each class; 0 while it is blocked or clogged. */
export const roomOf = (
  input: Pick<PlanInput, 'nowMs' | 'classes' | 'inFlight'>,
): ReadonlyMap<string, number> => {
  const inFlight = Map.groupBy(input.inFlight, ({ classKey }) => classKey);
  return new Map(
    input.classes.map((each) => {
      const there = inFlight.get(each.key) ?? [];
      const waiting = there.filter(({ state }) => state === 'waiting').length;
      const isOpen = each.blockedUntilMs <= input.nowMs && !isClogged(there);
      const room = Math.min(each.maxTotalPilots - there.length, each.maxWaitingPilots - waiting);
      return [each.key, isOpen ? Math.max(0, room) : 0];
    }),
  );
};

export const planSubmissions = (input: PlanInput): readonly PlannedSubmission[] => {
  const room = new Map(roomOf(input));
  if ([...room.values()].every((left) => left === 0)) return [];
  const free = createFreePilots(input.inFlight);
  const plan: PlannedSubmission[] = [];
  for (const { taskQueue, classes } of byScarcity(input)) {
    let missing = taskQueue.waitingJobs - take(free, taskQueue, classes, input.fits);
    for (const each of classes) {
      const pilots = Math.min(missing, room.get(each.key) ?? 0);
      if (pilots <= 0) continue;
      missing -= pilots;
      room.set(each.key, (room.get(each.key) ?? 0) - pilots);
      plan.push({ classKey: each.key, vo: taskQueue.vo, taskQueueId: taskQueue.taskQueueId, pilots });
    }
  }
  return plan;
};

interface Served {
  readonly taskQueue: TaskQueue;
  /** Fitting classes, the smallest pilots first, of equal ones those that start soonest. */
  readonly classes: readonly PilotClass[];
}

/** Task queues that fewest classes can serve come first, then those of greater weight. */
const byScarcity = (input: PlanInput): readonly Served[] => {
  const bySize = input.classes.toSorted(
    (a, b) =>
      a.offer.processors - b.offer.processors ||
      a.offer.memoryMiB - b.offer.memoryMiB ||
      (a.leadMs ?? 0) - (b.leadMs ?? 0),
  );
  return input.taskQueues
    .map((taskQueue) => ({
      taskQueue,
      classes: bySize.filter(
        (each) =>
          each.vos.includes(taskQueue.vo) && input.fits(taskQueue, promisedOffer(each.offer, taskQueue)),
      ),
    }))
    .filter(({ classes }) => classes.length > 0)
    .toSorted((a, b) => a.classes.length - b.classes.length || b.taskQueue.priority - a.taskQueue.priority);
};

/** Takes the pilots under way that will serve the task queue; their number. */
const take = (
  free: FreePilots,
  taskQueue: TaskQueue,
  classes: readonly PilotClass[],
  fits: PlanInput['fits'],
): number => {
  let taken = 0;
  for (const { key, offer } of classes) {
    taken += free.take(key, taskQueue.vo, taskQueue.waitingJobs - taken, (leftS) =>
      fits(taskQueue, promisedOffer(offer, taskQueue, leftS)),
    );
  }
  return taken;
};
