/**
 * Task queues with waiting jobs, in memory: which may serve an offer, and which is drawn. Rebuilt from the
 * database at start, told of every committed change afterwards (DESIGN D6). It may lag behind by one group
 * commit, so the claim in SQL has the last word.
 *
 * Queues that differ only in owner and group form a class: rules look at classes, of which there are few, and
 * the answer is remembered for offers that no rule can tell apart.
 */
import type { StoredTaskQueue } from '../task-queues/task-queue.store.ts';
import type { TaskQueue, TaskQueueRequirements } from '../task-queues/task-queue.ts';
import type { ResourceOffer } from './resource.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface Entry {
  readonly taskQueue: Mutable<TaskQueue>;
  /** User priority → jobs. */
  readonly waiting: Map<number, number>;
  readonly class: QueueClass;
}

interface QueueClass {
  readonly key: string;
  readonly example: TaskQueueRequirements;
  readonly entries: Set<Entry>;
}

export interface WaitingJob {
  readonly taskQueueId: number;
  readonly userPriority: number;
  readonly jobs: number;
}

/** What the shares are computed from; see `shares.ts`. */
export interface QueueDemand {
  readonly taskQueue: TaskQueue;
  readonly waiting: ReadonlyMap<number, number>;
}

export interface TaskQueueIndexParts {
  readonly fits: (requirements: TaskQueueRequirements, offer: ResourceOffer) => boolean;
  /** Weights of all queues of one VO, by id. */
  readonly weights: (vo: string, demands: readonly QueueDemand[]) => ReadonlyMap<number, number>;
}

const mostRememberedOffers = 5000;
const mostClasses = 5000;

/** With many queues the weights are computed anew at most this often; DIRAC does it every 120 s. */
const weighManyEveryMs = 1000;
const manyQueues = 50;

export class TaskQueueIndex {
  readonly #parts: TaskQueueIndexParts;
  readonly #entries = new Map<number, Entry>();
  readonly #classes = new Map<string, QueueClass>();
  readonly #staleVos = new Set<string>();
  readonly #remembered = new Map<string, readonly QueueClass[]>();
  readonly #listeners = new Set<(taskQueue: TaskQueue, jobs: number) => void>();
  #thresholds: Thresholds | undefined;
  #weighedAtMs = Number.NEGATIVE_INFINITY;

  constructor(parts: TaskQueueIndexParts) {
    this.#parts = parts;
  }

  load(taskQueues: readonly StoredTaskQueue[]): void {
    for (const { taskQueueId, requirements, waiting } of taskQueues)
      for (const [userPriority, jobs] of waiting)
        this.entered({ taskQueueId, userPriority, jobs }, requirements);
  }

  /** Jobs joined a queue; listeners (waiting pilots) hear of it. */
  entered({ taskQueueId, userPriority, jobs }: WaitingJob, requirements: TaskQueueRequirements): void {
    const entry = this.#entries.get(taskQueueId) ?? this.#add(taskQueueId, requirements);
    this.#count(entry, userPriority, jobs);
    for (const listener of this.#listeners) listener(entry.taskQueue, jobs);
  }

  left({ taskQueueId, userPriority, jobs }: WaitingJob): void {
    const entry = this.#entries.get(taskQueueId);
    if (!entry) return;
    this.#count(entry, userPriority, -jobs);
    if (entry.taskQueue.waitingJobs <= 0) this.#remove(entry);
  }

  onEntered(listener: (taskQueue: TaskQueue, jobs: number) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Queues with at least one waiting job, weights up to date. */
  all(): readonly TaskQueue[] {
    this.#refreshWeights();
    return [...this.#entries.values()].map((entry) => entry.taskQueue);
  }

  /** Jobs that were held back may start: whoever waits for some is called as if they had come just now. */
  callAgain(): void {
    for (const { taskQueue } of this.#entries.values())
      for (const listener of this.#listeners) listener(taskQueue, taskQueue.waitingJobs);
  }

  find(taskQueueId: number): TaskQueue | undefined {
    return this.#entries.get(taskQueueId)?.taskQueue;
  }

  /** The shares changed from outside, with the configuration say. */
  reweigh(): void {
    for (const { taskQueue } of this.#entries.values()) this.#staleVos.add(taskQueue.vo);
  }

  /**
   * Draws a fitting queue with a chance in proportion to its weight; undefined when none fits. `random` gives
   * [0, 1). Queues in `excluded` turned out to be empty a moment ago.
   */
  draw(
    offer: ResourceOffer,
    random: () => number,
    excluded: ReadonlySet<number> = new Set(),
  ): TaskQueue | undefined {
    this.#refreshWeights();
    const classes = this.#fitting(offer);
    let total = 0;
    for (const each of classes)
      for (const { taskQueue } of each.entries)
        if (!excluded.has(taskQueue.taskQueueId)) total += taskQueue.priority;
    let rest = random() * total;
    let last: TaskQueue | undefined;
    for (const each of classes)
      for (const { taskQueue } of each.entries) {
        if (excluded.has(taskQueue.taskQueueId)) continue;
        last = taskQueue;
        rest -= taskQueue.priority;
        if (rest < 0) return taskQueue;
      }
    return last; // rounding may leave a crumb of the total
  }

  #add(taskQueueId: number, requirements: TaskQueueRequirements): Entry {
    const key = classKey(requirements);
    let group = this.#classes.get(key);
    if (!group) {
      group = { key, example: requirements, entries: new Set() };
      this.#dropEmptyClasses();
      this.#classes.set(key, group);
      this.#forgetOffers();
    }
    const entry: Entry = {
      taskQueue: { ...requirements, taskQueueId, priority: 1, waitingJobs: 0 },
      waiting: new Map(),
      class: group,
    };
    group.entries.add(entry);
    this.#entries.set(taskQueueId, entry);
    return entry;
  }

  #remove(entry: Entry): void {
    this.#entries.delete(entry.taskQueue.taskQueueId);
    entry.class.entries.delete(entry);
  }

  /** Empty classes stay, because the same kind of job tends to come again, until there are too many. */
  #dropEmptyClasses(): void {
    if (this.#classes.size <= mostClasses) return;
    for (const [key, { entries }] of this.#classes) if (entries.size === 0) this.#classes.delete(key);
  }

  /** Weights depend on which queues exist and on the mix of priorities, not on how many jobs wait. */
  #count(entry: Entry, userPriority: number, by: number): void {
    const jobs = (entry.waiting.get(userPriority) ?? 0) + by;
    const mixBefore = entry.waiting.size;
    if (jobs > 0) entry.waiting.set(userPriority, jobs);
    else entry.waiting.delete(userPriority);
    entry.taskQueue.waitingJobs += by;
    if (mixBefore !== entry.waiting.size || entry.waiting.size > 1) this.#staleVos.add(entry.taskQueue.vo);
  }

  #refreshWeights(): void {
    if (this.#staleVos.size === 0) return;
    const nowMs = performance.now();
    if (this.#entries.size > manyQueues && nowMs - this.#weighedAtMs < weighManyEveryMs) return;
    this.#weighedAtMs = nowMs;
    const demandsByVo = new Map<string, QueueDemand[]>();
    for (const entry of this.#entries.values()) {
      const { vo } = entry.taskQueue;
      if (!this.#staleVos.has(vo)) continue;
      const demands = demandsByVo.get(vo);
      if (demands) demands.push(entry);
      else demandsByVo.set(vo, [entry]);
    }
    this.#staleVos.clear();
    for (const [vo, demands] of demandsByVo)
      for (const [taskQueueId, weight] of this.#parts.weights(vo, demands)) {
        const entry = this.#entries.get(taskQueueId);
        if (entry) entry.taskQueue.priority = weight;
      }
  }

  #fitting(offer: ResourceOffer): readonly QueueClass[] {
    this.#thresholds ??= thresholdsOf([...this.#classes.values()].map((each) => each.example));
    const key = offerKey(offer, this.#thresholds);
    const known = this.#remembered.get(key);
    if (known) return known;
    const fitting = [...this.#classes.values()].filter((each) => this.#parts.fits(each.example, offer));
    if (this.#remembered.size >= mostRememberedOffers) this.#remembered.clear();
    this.#remembered.set(key, fitting);
    return fitting;
  }

  #forgetOffers(): void {
    this.#remembered.clear();
    this.#thresholds = undefined;
  }
}

interface Thresholds {
  readonly cpuTimeS: readonly number[];
  readonly memoryMiB: readonly number[];
  readonly diskMiB: readonly number[];
}

const ascending = (values: readonly number[]): readonly number[] =>
  [...new Set(values)].sort((a, b) => a - b);

const thresholdsOf = (all: readonly TaskQueueRequirements[]): Thresholds => ({
  cpuTimeS: ascending(all.map((one) => one.cpuTimeS)),
  memoryMiB: ascending(all.map((one) => one.memoryMiB)),
  diskMiB: ascending(all.map((one) => one.diskMiB)),
});

/** The largest threshold the value reaches: two offers between the same two thresholds fit the same queues. */
function step(thresholds: readonly number[], value: number): number {
  let reached = -1;
  for (const threshold of thresholds) {
    if (threshold > value) break;
    reached = threshold;
  }
  return reached;
}

const offerKey = (offer: ResourceOffer, thresholds: Thresholds): string =>
  JSON.stringify({
    ...offer,
    cpuTimeLeftS: step(thresholds.cpuTimeS, offer.cpuTimeLeftS),
    memoryMiB: step(thresholds.memoryMiB, offer.memoryMiB),
    diskMiB: step(thresholds.diskMiB, offer.diskMiB),
  });

const classKey = (requirements: TaskQueueRequirements): string =>
  JSON.stringify({ ...requirements, owner: '', ownerGroup: '' });
