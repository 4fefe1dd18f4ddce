/**
 * The weight of each task queue in the draw: VO share → group share → owners → priorities (after wms.md §5.2).
 *
 * weight = share of the VO
 *        × group share ÷ shares of all groups of the VO that have queues
 *        × 1 ÷ owners of the group that have queues (a group that shares jobs counts as one owner)
 *        × priority of the queue ÷ priorities of all queues of that owner
 *
 * So a VO gets its share however many groups, users or queues it brings, and a user gains nothing by cutting
 * his jobs into many queues. Weights are relative; only their ratios matter.
 */
export interface WeighedQueue {
  readonly vo: string;
  readonly ownerGroup: string;
  readonly owner: string;
  /** Mean of `realPriority` over the waiting jobs, > 0. */
  readonly averagePriority: number;
}

export interface Shares {
  voShare(vo: string): number;
  groupShare(vo: string, group: string): number;
  /** Members of the group work on common jobs: it counts as one owner. */
  sharesJobs(vo: string, group: string): boolean;
}

const backgroundPriority = 1e-5;
const absolutePriority = 1e6;
const leastWeight = 1e-9;

/** Weight of a user's priority: 0 runs only when nothing else does, 10 goes before everything of its owner. */
export function realPriority(userPriority: number): number {
  if (userPriority <= 0) return backgroundPriority;
  return userPriority >= 10 ? absolutePriority : userPriority;
}

const add = (sums: Map<string, number>, key: string, value: number): void => {
  sums.set(key, (sums.get(key) ?? 0) + value);
};

interface Keys {
  readonly vo: string;
  readonly group: string;
  readonly owner: string;
}

function keysOf(queue: WeighedQueue, shares: Shares): Keys {
  const group = JSON.stringify([queue.vo, queue.ownerGroup]);
  const owner = shares.sharesJobs(queue.vo, queue.ownerGroup)
    ? group
    : JSON.stringify([queue.vo, queue.ownerGroup, queue.owner]);
  return { vo: queue.vo, group, owner };
}

/** One weight a queue, in the order given, always > 0. Linear in the number of queues. */
export function taskQueueWeights(queues: readonly WeighedQueue[], shares: Shares): readonly number[] {
  const keys = queues.map((queue) => keysOf(queue, shares));
  const groupSharesOfVo = new Map<string, number>();
  const ownersOfGroup = new Map<string, number>();
  const priorityOfOwner = new Map<string, number>();
  queues.forEach((queue, index) => {
    const { vo, group, owner } = keys[index]!;
    if (!ownersOfGroup.has(group)) add(groupSharesOfVo, vo, shares.groupShare(queue.vo, queue.ownerGroup));
    if (!priorityOfOwner.has(owner)) add(ownersOfGroup, group, 1);
    add(priorityOfOwner, owner, queue.averagePriority);
  });
  return queues.map((queue, index) => {
    const { vo, group, owner } = keys[index]!;
    const ofVo = shares.voShare(queue.vo);
    const ofGroup = shares.groupShare(queue.vo, queue.ownerGroup) / groupSharesOfVo.get(vo)!;
    const ofOwner = 1 / ownersOfGroup.get(group)!;
    const ofQueue = queue.averagePriority / priorityOfOwner.get(owner)!;
    return Math.max(ofVo * ofGroup * ofOwner * ofQueue, leastWeight);
  });
}
