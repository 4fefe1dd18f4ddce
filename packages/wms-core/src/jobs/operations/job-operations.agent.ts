/**
 * Runs the operations on many jobs, a slice of each in turn, so that a small one does not wait behind a large one.
 * Woken when one starts; looks by itself now and then for what a killed process left.
 */
import type { Database } from '../../db/database.ts';
import type { Logger } from '../../kernel/logger.ts';
import { createWokenAgent, type WokenAgent } from '../../kernel/woken-agent.ts';
import type { RunSlice } from './operation-slice.service.ts';
import { runningOperations } from './operation.store.ts';

const everyMs = 5000;

export function createJobOperationsAgent(parts: {
  readonly database: Database;
  readonly log: Logger;
  readonly runSlice: RunSlice;
}): WokenAgent {
  async function cycle(isStopping: () => boolean): Promise<void> {
    let open = await parts.database.read(runningOperations);
    while (open.length > 0) {
      const unfinished: number[] = [];
      for (const operationId of open) {
        if (isStopping()) return;
        if (await parts.runSlice(operationId)) unfinished.push(operationId);
      }
      open = unfinished;
    }
  }

  return createWokenAgent({ name: 'job-operations', everyMs, cycle, log: parts.log });
}
