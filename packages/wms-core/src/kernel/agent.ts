/**
 * A background loop: one cycle at a time, the next so long after the last. A cycle that throws is logged and
 * tried again; the timer never keeps the process alive.
 */
import type { Logger } from './logger.ts';

/** What a cycle has to say of itself; `error` when it failed. */
export interface AgentCycle {
  readonly tookMs: number;
  readonly error?: unknown;
}

export interface Agent {
  readonly name: string;
  readonly everyMs: number;
  start(): void;
  /** Waits for the cycle that runs. Idempotent. */
  stop(): Promise<void>;
  /** One cycle now, for tests and for the first minute. */
  runOnce(): Promise<void>;
  /** Hears of every cycle of the loop; see `metrics/agent-records.ts`. */
  onCycle(listener: (cycle: AgentCycle) => void): void;
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
  const listeners: ((cycle: AgentCycle) => void)[] = [];

  async function guarded(): Promise<void> {
    const startedAtMs = performance.now();
    let error: unknown;
    try {
      await cycle();
    } catch (cause) {
      error = cause;
      log.error({ agent: name, err: error }, 'agent.cycle-failed');
    }
    for (const listener of listeners) listener({ tookMs: performance.now() - startedAtMs, error });
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
    everyMs,
    onCycle: (listener) => void listeners.push(listener),
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
