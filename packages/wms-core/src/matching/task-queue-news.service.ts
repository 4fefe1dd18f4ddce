/**
 * Keeps the index and the heads of task queues of several processes alike: tells the others what entered and left
 * queues here, follows what they tell, and compares with the database now and then, since news may get lost. The
 * claim in SQL has the last word, so news save time only.
 */
import type { Broadcast } from '../db/broadcast.ts';
import type { Database } from '../db/database.ts';
import { createAgent, type Agent } from '../kernel/agent.ts';
import type { Logger } from '../kernel/logger.ts';
import { requirementsOfTaskQueues, waitingByTaskQueue } from '../task-queues/task-queue.store.ts';
import type { TaskQueueRequirements } from '../task-queues/task-queue.ts';
import type { QueuedJob, TaskQueueHeads } from './task-queue-heads.ts';
import type { TaskQueueIndex, WaitingJob } from './task-queue-index.ts';

export type QueueIndexWriter = Pick<TaskQueueIndex, 'entered' | 'left'>;
export type QueueHeadsWriter = Pick<TaskQueueHeads, 'entered' | 'grown' | 'left'>;

/** What one turn changed, as it travels. */
interface News {
  /** Task queue, user priority, jobs that entered (or, negative, left), and what a new queue requires. */
  readonly counts: (readonly [number, number, number, TaskQueueRequirements | null | undefined])[];
  /** Task queue, rank, job. */
  readonly entered: (readonly [number, number, number])[];
  /** Task queue, job. */
  readonly left: (readonly [number, number])[];
  /** Task queues that many jobs entered. */
  readonly grown: number[];
}

const topic = 'task-queues';
const compareEveryMs = 30_000;
/** A queue that changed in the last seconds may differ from what the database said a moment ago. */
const quietMs = 3000;
/** Requirements are long, so they travel once in a while; who missed them asks the database. */
const announceEveryMs = 60_000;
const mostRemembered = 50_000;

export class TaskQueueNews {
  readonly #index: TaskQueueIndex;
  readonly #heads: TaskQueueHeads;
  readonly #broadcast: Broadcast;
  readonly #database: Database;
  readonly #announcedAtMs = new Map<number, number>();
  readonly #changedAtMs = new Map<number, number>();
  readonly #requirements = new Map<number, TaskQueueRequirements>();
  #counts = new Map<
    string,
    { readonly waiting: WaitingJob; readonly requirements?: TaskQueueRequirements }
  >();
  #news: Omit<News, 'counts'> = { entered: [], left: [], grown: [] };
  #isTelling = false;
  /** Compares with the database; runs in every process. */
  readonly agent: Agent;

  constructor(parts: {
    readonly index: TaskQueueIndex;
    readonly heads: TaskQueueHeads;
    readonly broadcast: Broadcast;
    readonly database: Database;
    readonly log: Logger;
  }) {
    this.#index = parts.index;
    this.#heads = parts.heads;
    this.#broadcast = parts.broadcast;
    this.#database = parts.database;
    this.agent = createAgent({
      name: 'task-queue-news',
      everyMs: compareEveryMs,
      cycle: () => this.compare(),
      log: parts.log,
    });
    parts.broadcast.onMessage(topic, (message) => this.#follow(JSON.parse(message) as News));
    parts.broadcast.onGap(() => {
      parts.heads.clear();
      void this.compare().catch(() => {}); // the agent tries again
    });
  }

  /** The index, for those who change it when a transaction is durable. */
  readonly index: QueueIndexWriter = {
    entered: (waiting, requirements) => {
      this.#index.entered(waiting, requirements);
      this.#note(waiting, waiting.jobs, requirements);
    },
    left: (waiting) => {
      this.#index.left(waiting);
      this.#note(waiting, -waiting.jobs);
    },
  };

  readonly heads: QueueHeadsWriter = {
    entered: (taskQueueId, job) => {
      this.#heads.entered(taskQueueId, job);
      this.#news.entered.push([taskQueueId, job.rank, job.jobId]);
      this.#tellSoon();
    },
    grown: (taskQueueId) => {
      this.#heads.grown(taskQueueId);
      this.#news.grown.push(taskQueueId);
      this.#tellSoon();
    },
    left: (taskQueueId, jobId) => {
      this.#heads.left(taskQueueId, jobId);
      this.#news.left.push([taskQueueId, jobId]);
      this.#tellSoon();
    },
  };

  /** Corrects what the index has wrong. Queues that are busy just now wait for the next time. */
  async compare(): Promise<void> {
    const startedAtMs = performance.now();
    const waiting = await this.#database.readHeavy(waitingByTaskQueue);
    const unknown = [...waiting.keys()].filter((taskQueueId) => !this.#index.find(taskQueueId));
    const requirements = await this.#database.readHeavy(() => requirementsOfTaskQueues(unknown));
    for (const [taskQueueId, changedAtMs] of this.#changedAtMs)
      if (changedAtMs < startedAtMs - quietMs) this.#changedAtMs.delete(taskQueueId);
    this.#index.correct(waiting, {
      requirements: (taskQueueId) => requirements.get(taskQueueId),
      isBusy: (taskQueueId) => this.#changedAtMs.has(taskQueueId),
    });
  }

  // ---------------------------------------------------------------- telling

  #note({ taskQueueId, userPriority }: WaitingJob, by: number, requirements?: TaskQueueRequirements): void {
    this.#changedAtMs.set(taskQueueId, performance.now());
    const key = `${taskQueueId} ${userPriority}`;
    const known = this.#counts.get(key);
    const told = requirements ?? known?.requirements;
    this.#counts.set(key, {
      waiting: { taskQueueId, userPriority, jobs: (known?.waiting.jobs ?? 0) + by },
      ...(told && { requirements: told }),
    });
    this.#tellSoon();
  }

  #tellSoon(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    setImmediate(() => this.#tell());
  }

  #tell(): void {
    this.#isTelling = false;
    const news: News = { counts: [], ...this.#news };
    for (const { waiting, requirements } of this.#counts.values()) {
      const { taskQueueId, userPriority, jobs } = waiting;
      const isNew = requirements !== undefined && this.#mustAnnounce(taskQueueId);
      news.counts.push([taskQueueId, userPriority, jobs, isNew ? requirements : undefined]);
    }
    this.#counts = new Map();
    this.#news = { entered: [], left: [], grown: [] };
    this.#broadcast.send(topic, JSON.stringify(news));
  }

  #mustAnnounce(taskQueueId: number): boolean {
    const nowMs = performance.now();
    const announcedAtMs = this.#announcedAtMs.get(taskQueueId) ?? Number.NEGATIVE_INFINITY;
    if (nowMs - announcedAtMs < announceEveryMs) return false;
    if (this.#announcedAtMs.size >= mostRemembered) this.#announcedAtMs.clear();
    this.#announcedAtMs.set(taskQueueId, nowMs);
    return true;
  }

  // ---------------------------------------------------------------- following

  #follow({ counts, entered, left, grown }: News): void {
    for (const [taskQueueId, rank, jobId] of entered)
      this.#heads.entered(taskQueueId, { rank, jobId } satisfies QueuedJob);
    for (const [taskQueueId, jobId] of left) this.#heads.left(taskQueueId, jobId);
    for (const taskQueueId of grown) this.#heads.grown(taskQueueId);
    let isSomethingUnknown = false;
    for (const [taskQueueId, userPriority, jobs, told] of counts) {
      this.#changedAtMs.set(taskQueueId, performance.now());
      if (jobs < 0) this.#index.left({ taskQueueId, userPriority, jobs: -jobs });
      if (jobs <= 0) continue;
      const requirements = this.#remembered(taskQueueId, told);
      if (requirements) this.#index.entered({ taskQueueId, userPriority, jobs }, requirements);
      else isSomethingUnknown = true;
      if (!requirements) this.#changedAtMs.delete(taskQueueId);
    }
    if (isSomethingUnknown) void this.compare().catch(() => {});
  }

  #remembered(
    taskQueueId: number,
    told: TaskQueueRequirements | null | undefined,
  ): TaskQueueRequirements | undefined {
    const known = told ?? this.#index.find(taskQueueId) ?? this.#requirements.get(taskQueueId);
    if (!told) return known;
    if (this.#requirements.size >= mostRemembered) this.#requirements.clear();
    this.#requirements.set(taskQueueId, told);
    return told;
  }
}
