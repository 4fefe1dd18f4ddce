/**
 * Runs the operations on many jobs, a slice of each in turn, so that a small one does not wait behind a large one.
 * Woken when one starts; looks by itself now and then for what a killed process left.
 */
import type { Database } from '../../db/database.ts';
import { createAgent, type Agent } from '../../kernel/agent.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { RunSlice } from './operation-slice.service.ts';
import { runningOperations } from './operation.store.ts';

export interface JobOperationsAgent extends Agent {
  /** There is something to do. Cheap. */
  wake(): void;
}

const everyMs = 5000;

export function createJobOperationsAgent(parts: {
  readonly database: Database;
  readonly log: Logger;
  readonly runSlice: RunSlice;
}): JobOperationsAgent {
  const { database, log } = parts;
  let isStarted = false;
  let isStopping = false;
  let running: Promise<void> | undefined;
  let isCalled = false;

  async function runAll(): Promise<void> {
    do {
      isCalled = false;
      let open = await database.read(runningOperations);
      while (open.length > 0 && !isStopping) {
        const unfinished: number[] = [];
        for (const operationId of open) {
          if (isStopping) return;
          if (await parts.runSlice(operationId)) unfinished.push(operationId);
        }
        open = unfinished;
      }
    } while (isCalled && !isStopping);
  }

  /** One at a time; a call during it looks once more. */
  const cycle = (): Promise<void> => (running ??= runAll().finally(() => (running = undefined)));

  const agent = createAgent({ name: 'job-operations', everyMs, cycle, log });

  function wake(): void {
    isCalled = true;
    if (!isStarted || isStopping) return;
    cycle().catch((error: unknown) => log.error({ agent: agent.name, err: error }, 'agent.cycle-failed'));
  }

  return {
    ...agent,
    wake,
    start() {
      isStarted = true;
      agent.start();
      wake();
    },
    async stop() {
      isStopping = true;
      await agent.stop();
      await running?.catch(() => undefined);
    },
  };
}
