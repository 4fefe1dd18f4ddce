/**
 * Pilots that wait for a job to appear. A job that enters a task queue wakes the first pilot whose offer fits,
 * so that a fresh job starts within milliseconds; a pilot that cannot follow a call passes it on.
 */
import type { TaskQueue } from '../task-queues/task-queue.ts';
import type { CancelSignal } from '../use-cases.ts';
import type { ResourceOffer } from './resource.ts';
import type { TaskQueueIndex, TaskQueueIndexParts } from './task-queue-index.ts';

export interface MatchWaiter {
  /** Ends when called, when the time is over or when the signal fires. */
  wait(ms: number): Promise<void>;
  /** Must be called in the end, whatever happened. */
  leave(): void;
}

interface Entry {
  readonly offer: ResourceOffer;
  /** Set while a call has not been followed by another try. */
  calledFor: TaskQueue | undefined;
  /** Set when something became free while the first try was under way. */
  mayTryAgain: boolean;
  wake: () => void;
}

export class MatchWaiters {
  readonly #fits: TaskQueueIndexParts['fits'];
  readonly #waiting = new Set<Entry>();

  constructor(index: TaskQueueIndex, fits: TaskQueueIndexParts['fits']) {
    this.#fits = fits;
    index.onEntered((taskQueue, jobs) => this.#call(taskQueue, jobs));
  }

  /** Joins before the first try, so that a job that comes during it is not missed. */
  add(offer: ResourceOffer, signal: CancelSignal | undefined): MatchWaiter {
    const entry: Entry = { offer, calledFor: undefined, mayTryAgain: false, wake: () => {} };
    this.#waiting.add(entry);
    return {
      wait: async (ms) => {
        if (!entry.calledFor && !entry.mayTryAgain && !signal?.aborted)
          await sleepUntilWoken(entry, ms, signal);
        if (!signal?.aborted) entry.calledFor = undefined;
      },
      leave: () => {
        this.#waiting.delete(entry);
        if (entry.calledFor) this.#call(entry.calledFor, 1);
      },
    };
  }

  /** All may try again: something became free for somebody. */
  callAll(): void {
    for (const entry of this.#waiting) {
      entry.mayTryAgain = true;
      entry.wake();
    }
  }

  #call(taskQueue: TaskQueue, jobs: number): void {
    let uncalled = jobs;
    for (const entry of this.#waiting) {
      if (uncalled === 0) return;
      if (!this.#fits(taskQueue, entry.offer)) continue;
      this.#waiting.delete(entry);
      entry.calledFor = taskQueue;
      entry.wake();
      uncalled--;
    }
  }
}

function sleepUntilWoken(entry: Entry, ms: number, signal: CancelSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    entry.wake = () => {
      clearTimeout(timer);
      resolve();
    };
    signal?.addEventListener('abort', entry.wake);
  });
}
