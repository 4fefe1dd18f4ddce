/**
 * Counts jobs that pilots take: per task queue, owner and VO, in slots of five minutes. In memory, since a match must
 * stay cheap; the agent of the explanations takes the counts and writes them down now and then.
 */
import type { TaskQueue } from '../task-queues/task-queue.ts';

export interface MatchCount {
  readonly counted: string;
  readonly slotStartMs: number;
  readonly jobs: number;
}

export const slotMs = 300_000;

export const countKeys = {
  queue: (taskQueueId: number): string => `queue ${taskQueueId}`,
  owner: ({ vo, ownerGroup, owner }: Pick<TaskQueue, 'vo' | 'ownerGroup' | 'owner'>): string =>
    `owner ${JSON.stringify([vo, ownerGroup, owner])}`,
  vo: (vo: string): string => `vo ${vo}`,
};

export class MatchMeter {
  #slotStartMs = 0;
  #counts = new Map<string, number>();
  #closed: MatchCount[] = [];

  note(taskQueue: TaskQueue, nowMs: number): void {
    this.#turn(nowMs);
    const { taskQueueId, vo } = taskQueue;
    for (const key of [countKeys.queue(taskQueueId), countKeys.owner(taskQueue), countKeys.vo(vo)])
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** What was counted since the last time; it is forgotten here. */
  take(): readonly MatchCount[] {
    this.#close();
    const taken = this.#closed;
    this.#closed = [];
    return taken;
  }

  /** What was counted and not taken yet. */
  waiting(counted: string): readonly MatchCount[] {
    const open = this.#counts.get(counted);
    const closed = this.#closed.filter((count) => count.counted === counted);
    return open === undefined ? closed : [...closed, { counted, slotStartMs: this.#slotStartMs, jobs: open }];
  }

  #turn(nowMs: number): void {
    const slotStartMs = Math.floor(nowMs / slotMs) * slotMs;
    if (slotStartMs === this.#slotStartMs) return;
    this.#close();
    this.#slotStartMs = slotStartMs;
  }

  #close(): void {
    for (const [counted, jobs] of this.#counts)
      this.#closed.push({ counted, slotStartMs: this.#slotStartMs, jobs });
    this.#counts = new Map();
  }
}
