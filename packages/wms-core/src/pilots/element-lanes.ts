/**
 * Conversations with computing elements: one at a time with each, all of them side by side, so that one that hangs
 * keeps nobody waiting but itself. Used by the pilot director for polls, submissions and cleaning.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../kernel/logger.ts';

export interface ElementPlace {
  readonly site: string;
  readonly computingElement: string;
}

export interface ElementLanes {
  /** Starts the work, or leaves it when the element is still busy with an earlier one; false then. */
  start(place: ElementPlace, work: () => Promise<void>): boolean;
  isBusy(place: ElementPlace): boolean;
  /**
   * Resolves when all that was started has ended, at the latest when patience does; what is slower goes on by itself.
   * Rejects with the first failure.
   */
  rest(): Promise<void>;
}

const nameOf = ({ site, computingElement }: ElementPlace): string => `${site}/${computingElement}`;

export const createElementLanes = (log: Logger, patienceMs: number): ElementLanes => {
  const busy = new Map<string, Promise<void>>();
  return {
    start: (place, work) => {
      const name = nameOf(place);
      if (busy.has(name)) return false;
      const done = work().finally(() => busy.delete(name));
      // Also of those that nobody waits for any more.
      done.catch((error: unknown) =>
        log.warn({ computingElement: name, err: error }, 'pilots.element-failed'),
      );
      busy.set(name, done);
      return true;
    },
    isBusy: (place) => busy.has(nameOf(place)),
    rest: async () => {
      if (busy.size === 0) return;
      const patience = new AbortController();
      const elapsed = delay(patienceMs, undefined, { signal: patience.signal }).catch(() => undefined);
      try {
        await Promise.race([Promise.all(busy.values()), elapsed]);
      } finally {
        patience.abort();
      }
    },
  };
};
