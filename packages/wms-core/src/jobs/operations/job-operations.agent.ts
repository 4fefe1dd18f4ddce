/**
 * Runs the operations on many jobs, a slice of each in turn, so that a small one does not wait behind a large one.
 * Woken when one starts; looks by itself now and then for what a killed process left.
 */
import type { Broadcast } from '../../db/broadcast.ts';
import type { Database } from '../../db/database.ts';
import type { Logger } from '../../kernel/logger.ts';
import { createWokenAgent, type WokenAgent } from '../../kernel/woken-agent.ts';
import type { RunSlice } from './operation-slice.service.ts';
import { runningOperations } from './operation.store.ts';

const everyMs = 5000;
const topic = 'job-operations';

export interface JobOperationsAgent extends WokenAgent {
  /** As `wake`, also in other processes: the one that runs operations may be another. */
  wakeAll(): void;
}

export function createJobOperationsAgent(parts: {
  readonly database: Database;
  readonly log: Logger;
  readonly runSlice: RunSlice;
  /** To other processes on the same database. */
  readonly broadcast?: Broadcast | undefined;
}): JobOperationsAgent {
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

  const agent = createWokenAgent({ name: 'job-operations', everyMs, cycle, log: parts.log });
  parts.broadcast?.onMessage(topic, () => agent.wake());
  return {
    ...agent,
    wakeAll() {
      agent.wake();
      parts.broadcast?.send(topic, '');
    },
  };
}
