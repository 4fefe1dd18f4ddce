/**
 * An agent that is woken by events and looks by itself only in case one got lost. One cycle at a time; a call
 * during a cycle makes it look once more.
 */
import { createAgent, type Agent } from './agent.ts';
import type { Logger } from './logger.ts';

export interface WokenAgent extends Agent {
  /** There may be something to do. Cheap; before the start it is kept for later. */
  wake(): void;
}

export function createWokenAgent(parts: {
  readonly name: string;
  readonly everyMs: number;
  /** `isStopping` is to be looked at between the steps of a long cycle. */
  readonly cycle: (isStopping: () => boolean) => Promise<void>;
  readonly log: Logger;
}): WokenAgent {
  const { name, log } = parts;
  let isStarted = false;
  let isStopping = false;
  let isCalled = false;
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    do {
      isCalled = false;
      await parts.cycle(() => isStopping);
    } while (isCalled && !isStopping);
  }

  const cycle = (): Promise<void> => (running ??= run().finally(() => (running = undefined)));
  const agent = createAgent({ name, everyMs: parts.everyMs, cycle, log });

  function wake(): void {
    isCalled = true;
    if (!isStarted || isStopping) return;
    cycle().catch((error: unknown) => log.error({ agent: name, err: error }, 'agent.cycle-failed'));
  }

  return {
    ...agent,
    wake,
    start() {
      if (isStarted) return;
      isStarted = true;
      isStopping = false;
      agent.start();
      wake();
    },
    async stop() {
      isStarted = false;
      isStopping = true;
      await agent.stop();
      await running?.catch(() => undefined);
    },
  };
}
