/**
 * Task queues with waiting jobs, in memory: which may serve an offer, and which is drawn. Rebuilt from the
 * database at start, told of every committed change afterwards (DESIGN D6). It may lag behind by one group
 * commit, so the claim in SQL has the last word.
 *
 * Queues that differ only in owner and group form a class: rules look at classes, of which there are few, and
 * the answer is remembered for offers that no rule can tell apart. The draw goes from group to owner to queue, each
 * by weight among those who have something that fits (shares.ts).
 */
import {
  competitor,
  type GroupUsage,
  type OwnerUsage,
  type ShareLedger,
} from '../task-queues/share-ledger.ts';
import { levelWeights, realPriority, type Competitor, type Shares } from '../task-queues/shares.ts';
import type { StoredTaskQueue } from '../task-queues/task-queue.store.ts';
import type { TaskQueue, TaskQueueRequirements } from '../task-queues/task-queue.ts';
import { levelRecord, pick, type DrawnLevel, type MatchDecision } from './draw.ts';
import { OfferClasses, type QueueClass } from './offer-classes.ts';
import type { RuleWords } from './match-rule.ts';
import type { ResourceOffer } from './resource.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface QueueGroup {
  readonly vo: string;
  readonly group: string;
  readonly usage: GroupUsage;
  /** Draw that `fitting` belongs to. */
  draw: number;
  fitting: QueueOwner[];
}

interface QueueOwner {
  readonly group: QueueGroup;
  readonly owner: string;
  readonly usage: OwnerUsage;
  draw: number;
  fitting: Entry[];
}

interface Entry {
  readonly taskQueue: Mutable<TaskQueue>;
  /** User priority → jobs. */
  readonly waiting: Map<number, number>;
  readonly class: QueueClass<Entry>;
  readonly owner: QueueOwner;
  /** `realPriority` of the job that is first in it. */
  priority: number;
}

export interface WaitingJob {
  readonly taskQueueId: number;
  readonly userPriority: number;
  readonly jobs: number;
}

export interface TaskQueueIndexParts {
  /** Rules that do not look at owner and group: asked once a class. */
  readonly fits: (requirements: TaskQueueRequirements, offer: ResourceOffer) => boolean;
  /** Words that `fits` compares, see `match-rule.ts`. */
  readonly words?: readonly RuleWords[];
  /** Rules that do: asked for each queue where the offer is not open to everybody. */
  readonly fitsOwner?: (requirements: TaskQueueRequirements, offer: ResourceOffer) => boolean;
  readonly shares: Shares & { maxCorrection(): number };
  readonly ledger: ShareLedger;
}

export interface Drawn {
  readonly taskQueue: TaskQueue;
  readonly decision: MatchDecision;
}

const oneOwner = '*';

export class TaskQueueIndex {
  readonly #parts: TaskQueueIndexParts;
  readonly #entries = new Map<number, Entry>();
  readonly #classes: OfferClasses<Entry>;
  readonly #owners = new Map<string, QueueOwner>();
  readonly #groups = new Map<string, QueueGroup>();
  readonly #listeners = new Set<(taskQueue: TaskQueue, jobs: number) => void>();
  #queues: readonly TaskQueue[] | undefined;
  #draws = 0;

  constructor(parts: TaskQueueIndexParts) {
    this.#parts = parts;
    this.#classes = new OfferClasses(parts.fits, parts.words);
  }

  load(taskQueues: readonly StoredTaskQueue[]): void {
    for (const { taskQueueId, requirements, waiting } of taskQueues)
      for (const [userPriority, jobs] of waiting)
        this.entered({ taskQueueId, userPriority, jobs }, requirements);
  }

  /** Jobs joined a queue; listeners (waiting pilots) hear of it. */
  entered({ taskQueueId, userPriority, jobs }: WaitingJob, requirements: TaskQueueRequirements): void {
    const entry = this.#entries.get(taskQueueId) ?? this.#add(taskQueueId, requirements);
    count(entry, userPriority, jobs);
    for (const listener of this.#listeners) listener(entry.taskQueue, jobs);
  }

  left({ taskQueueId, userPriority, jobs }: WaitingJob): void {
    const entry = this.#entries.get(taskQueueId);
    if (!entry) return;
    count(entry, userPriority, -jobs);
    if (entry.taskQueue.waitingJobs <= 0) this.#remove(entry);
  }

  /**
   * Makes the counts what the database says, but for queues that are busy: these may have changed since it was
   * asked. A queue whose requirements are neither known here nor given stays away.
   */
  correct(
    stored: ReadonlyMap<number, ReadonlyMap<number, number>>,
    ask: {
      readonly requirements: (taskQueueId: number) => TaskQueueRequirements | undefined;
      readonly isBusy: (taskQueueId: number) => boolean;
    },
  ): void {
    for (const taskQueueId of new Set([...stored.keys(), ...this.#entries.keys()])) {
      if (ask.isBusy(taskQueueId)) continue;
      const right = stored.get(taskQueueId) ?? new Map<number, number>();
      const entry = this.#entries.get(taskQueueId);
      const known = new Map(entry?.waiting);
      const requirements = entry?.taskQueue ?? ask.requirements(taskQueueId);
      if (!requirements) continue;
      for (const userPriority of new Set([...right.keys(), ...known.keys()])) {
        const missing = (right.get(userPriority) ?? 0) - (known.get(userPriority) ?? 0);
        if (missing > 0) this.entered({ taskQueueId, userPriority, jobs: missing }, requirements);
        if (missing < 0) this.left({ taskQueueId, userPriority, jobs: -missing });
      }
    }
  }

  onEntered(listener: (taskQueue: TaskQueue, jobs: number) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Queues with at least one waiting job. Their `priority` is the weight each would have if all competed. */
  all(): readonly TaskQueue[] {
    this.#weighAll();
    return [...this.#entries.values()].map((entry) => entry.taskQueue);
  }

  /** The same without weighing them anew: `priority` is what it was the last time. */
  queues(): readonly TaskQueue[] {
    return (this.#queues ??= [...this.#entries.values()].map((entry) => entry.taskQueue));
  }

  /** Jobs that were held back may start: whoever waits for some is called as if they had come just now. */
  callAgain(): void {
    for (const { taskQueue } of this.#entries.values())
      for (const listener of this.#listeners) listener(taskQueue, taskQueue.waitingJobs);
  }

  find(taskQueueId: number): TaskQueue | undefined {
    return this.#entries.get(taskQueueId)?.taskQueue;
  }

  /** Figures for operators. */
  size(): { readonly taskQueues: number; readonly classes: number } {
    return { taskQueues: this.#entries.size, classes: this.#classes.size };
  }

  /**
   * Draws a fitting queue; undefined when none fits. `random` gives [0, 1) and is asked once a level. `isOpen` says
   * no to queues that must not be drawn now: found empty a moment ago, or at a limit.
   */
  draw(
    offer: ResourceOffer,
    random: () => number,
    isOpen: (taskQueue: TaskQueue) => boolean = () => true,
  ): Drawn | undefined {
    const groups = this.#competing(offer, this.#admitting(offer, isOpen));
    if (groups.length === 0) return undefined;
    const levels: DrawnLevel[] = [];
    const choose = <T>(
      level: DrawnLevel['level'],
      among: readonly T[],
      weights: readonly number[],
      nameOf: (each: T) => string,
    ): T => {
      if (among.length === 1) return among[0]!;
      const number = random();
      const winner = pick(weights, number);
      levels.push(levelRecord(level, among.map(nameOf), weights, number, winner));
      return among[winner]!;
    };
    const group = choose('group', groups, this.#weights(groups.map(this.#asGroup)), (each) => each.group);
    const owner = choose(
      'owner',
      group.fitting,
      this.#weights(group.fitting.map(asOwner)),
      (each) => each.owner,
    );
    const entry = choose(
      'taskQueue',
      owner.fitting,
      owner.fitting.map((each) => each.priority),
      ({ taskQueue }) => String(taskQueue.taskQueueId),
    );
    return { taskQueue: entry.taskQueue, decision: { levels } };
  }

  readonly #asGroup = ({ vo, group, usage }: QueueGroup): Competitor =>
    competitor(this.#parts.shares.groupShare(vo, group), usage);

  #weights(competitors: readonly Competitor[]): readonly number[] {
    return levelWeights(competitors, this.#parts.shares.maxCorrection());
  }

  #admitting(
    offer: ResourceOffer,
    isOpen: (taskQueue: TaskQueue) => boolean,
  ): (taskQueue: TaskQueue) => boolean {
    const { fitsOwner } = this.#parts;
    const { ownerGroups, owners } = offer.policy ?? {};
    if (fitsOwner === undefined || (ownerGroups === undefined && owners === undefined)) return isOpen;
    return (taskQueue) => fitsOwner(taskQueue, offer) && isOpen(taskQueue);
  }

  /** Groups that have something for the offer, with their owners and queues in `fitting`. */
  #competing(offer: ResourceOffer, isOpen: (taskQueue: TaskQueue) => boolean): readonly QueueGroup[] {
    const draw = ++this.#draws;
    const groups: QueueGroup[] = [];
    for (const each of this.#classes.fitting(offer))
      for (const entry of each.entries) {
        if (!isOpen(entry.taskQueue)) continue;
        const { owner } = entry;
        if (owner.draw !== draw) {
          owner.draw = draw;
          owner.fitting = [];
          if (owner.group.draw !== draw) {
            owner.group.draw = draw;
            owner.group.fitting = [];
            groups.push(owner.group);
          }
          owner.group.fitting.push(owner);
        }
        owner.fitting.push(entry);
      }
    return groups;
  }

  #weighAll(): void {
    const { shares, ledger } = this.#parts;
    const byVo = Map.groupBy(this.#entries.values(), ({ taskQueue }) => taskQueue.vo);
    const vos = [...byVo.keys()];
    const voWeights = this.#weights(vos.map((vo) => competitor(shares.voShare(vo), ledger.vo(vo))));
    vos.forEach((vo, voIndex) => {
      const byGroup = Map.groupBy(byVo.get(vo) ?? [], ({ owner }) => owner.group);
      const groups = [...byGroup.keys()];
      const groupWeights = fractions(this.#weights(groups.map(this.#asGroup)));
      groups.forEach((group, groupIndex) => {
        const byOwner = Map.groupBy(byGroup.get(group) ?? [], ({ owner }) => owner);
        const owners = [...byOwner.keys()];
        const ownerWeights = fractions(this.#weights(owners.map(asOwner)));
        owners.forEach((owner, ownerIndex) => {
          const entries = byOwner.get(owner) ?? [];
          const queueWeights = fractions(entries.map(({ priority }) => priority));
          entries.forEach(({ taskQueue }, index) => {
            taskQueue.priority =
              voWeights[voIndex]! *
              groupWeights[groupIndex]! *
              ownerWeights[ownerIndex]! *
              queueWeights[index]!;
          });
        });
      });
    });
  }

  #add(taskQueueId: number, requirements: TaskQueueRequirements): Entry {
    const owner = this.#ownerOf(requirements);
    const entry = this.#classes.add(requirements, (group) => ({
      taskQueue: { ...requirements, taskQueueId, priority: 1, waitingJobs: 0 },
      waiting: new Map(),
      class: group,
      owner,
      priority: 1,
    }));
    this.#entries.set(taskQueueId, entry);
    this.#queues = undefined;
    return entry;
  }

  #ownerOf({ vo, ownerGroup, owner }: TaskQueueRequirements): QueueOwner {
    const { shares, ledger } = this.#parts;
    const name = shares.sharesJobs(vo, ownerGroup) ? oneOwner : owner;
    const key = JSON.stringify([vo, ownerGroup, name]);
    const known = this.#owners.get(key);
    if (known) return known;
    const usage = ledger.owner({ vo, ownerGroup, owner: name });
    const made: QueueOwner = {
      group: this.#groupOf(vo, ownerGroup),
      owner: name,
      usage,
      draw: 0,
      fitting: [],
    };
    this.#owners.set(key, made);
    return made;
  }

  #groupOf(vo: string, group: string): QueueGroup {
    const key = JSON.stringify([vo, group]);
    const known = this.#groups.get(key);
    if (known) return known;
    const usage = this.#parts.ledger.group(vo, group);
    const made: QueueGroup = { vo, group, usage, draw: 0, fitting: [] };
    this.#groups.set(key, made);
    return made;
  }

  #remove(entry: Entry): void {
    this.#entries.delete(entry.taskQueue.taskQueueId);
    this.#queues = undefined;
    entry.class.entries.delete(entry);
  }
}

/** Owners of a group share equally. */
const asOwner = ({ usage }: QueueOwner): Competitor => competitor(1, usage);

function count(entry: Entry, userPriority: number, by: number): void {
  const jobs = (entry.waiting.get(userPriority) ?? 0) + by;
  if (jobs > 0) entry.waiting.set(userPriority, jobs);
  else entry.waiting.delete(userPriority);
  entry.taskQueue.waitingJobs += by;
  entry.priority = headPriority(entry.waiting);
}

/**
 * Who draws a queue gets its first job, so that job's priority is what the queue counts for. A mean, as in DIRAC, would
 * let jobs that wait behind it hold it back.
 */
const headPriority = (waiting: ReadonlyMap<number, number>): number =>
  realPriority(Math.max(0, ...waiting.keys()));

function fractions(weights: readonly number[]): readonly number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
