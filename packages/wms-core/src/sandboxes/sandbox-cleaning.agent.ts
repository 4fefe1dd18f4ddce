/**
 * Frees the sandbox store: sandboxes no job ever used after the configured days, those of removed jobs after a
 * day, and files no row knows (an upload cut off by a crash). Rows go first, so a file may outlive its row, never
 * the other way round.
 */
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import type { Database } from '../db/database.ts';
import { createAgent, type Agent } from '../kernel/agent.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import type { SandboxFiles } from './sandbox-files.adapter.ts';
import { deleteUnused, isKnownObject } from './sandbox.store.ts';

export interface SandboxCleaningDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly configuration: { current(): ConfigurationSnapshot };
  readonly files: SandboxFiles;
  readonly everyMs?: number | undefined;
}

export interface SandboxCleaningAgent extends Agent {
  /** One whole cycle; what it removed. */
  cycle(): Promise<{ readonly unused: number; readonly orphans: number }>;
}

const dayMs = 86_400_000;
const batch = 500;

export const createSandboxCleaningAgent = (deps: SandboxCleaningDeps): SandboxCleaningAgent => {
  const { database, clock, files, log } = deps;

  const removeUnused = async (): Promise<number> => {
    const keepMs = deps.configuration.current().values.lifeCycle.keepUnassignedSandboxDays * dayMs;
    let removed = 0;
    for (;;) {
      const nowMs = clock.nowMs();
      const unused = await database.write(() => deleteUnused(nowMs - keepMs, nowMs - dayMs, batch));
      for (const { objectKey } of unused) await files.remove(objectKey);
      removed += unused.length;
      if (unused.length < batch) return removed;
    }
  };

  const removeOrphans = async (): Promise<number> => {
    let removed = 0;
    for await (const key of files.keysOlderThan(clock.nowMs() - dayMs)) {
      if (await database.read(() => isKnownObject(key))) continue;
      await files.remove(key);
      removed += 1;
    }
    return removed;
  };

  const cycle = async () => {
    const unused = await removeUnused();
    const orphans = await removeOrphans();
    if (unused + orphans > 0) log.info({ unused, orphans }, 'sandboxes.cleaned');
    return { unused, orphans };
  };

  const agent = createAgent({
    name: 'sandbox-cleaning',
    everyMs: deps.everyMs ?? 3_600_000,
    cycle: async () => void (await cycle()),
    log,
  });
  return { ...agent, cycle };
};
