/**
 * A background loop: one cycle at a time, the next so long after the last. A cycle that throws is logged and
 * tried again; the timer never keeps the process alive.
 */
import type { Logger } from './logger.ts';

export interface Agent {
  readonly name: string;
  start(): void;
  /** Waits for the cycle that runs. Idempotent. */
  stop(): Promise<void>;
  /** One cycle now, for tests and for the first minute. */
  runOnce(): Promise<void>;
}

export function createAgent(parts: {
  /** As in the logs, e.g. `stalled-jobs`. */
  readonly name: string;
  readonly everyMs: number;
  readonly cycle: () => Promise<void>;
  readonly log: Logger;
}): Agent {
  const { name, everyMs, cycle, log } = parts;
  let timer: NodeJS.Timeout | undefined;
  let isStarted = false;
  let running: Promise<void> = Promise.resolve();

  async function guarded(): Promise<void> {
    try {
      await cycle();
    } catch (error) {
      log.error({ agent: name, err: error }, 'agent.cycle-failed');
    }
  }

  function plan(): void {
    timer = setTimeout(() => {
      running = guarded().then(() => {
        if (isStarted) plan();
      });
    }, everyMs).unref();
  }

  return {
    name,
    start() {
      if (isStarted) return;
      isStarted = true;
      plan();
    },
    async stop() {
      isStarted = false;
      clearTimeout(timer);
      await running;
    },
    runOnce: cycle,
  };
}
