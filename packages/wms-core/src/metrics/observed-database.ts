/**
 * A database that is measured: how many works share a commit, how long commits and heavy reads take, how many
 * writes wait. Watches the port from outside, so it is the same for every engine. Where several transactions run
 * at once, the works between two commits count as one group.
 */
import type { Database, Work } from '../db/database.ts';
import type { Metrics } from '../kernel/metrics.ts';
import { coreMetrics } from './core-metrics.ts';

export interface CommitFigures {
  /** Writes whose work has not begun. */
  readonly waiting: number;
  /** How long ago the last commit was while writes wait; 0 when none waits. */
  readonly stuckMs: number;
  /** Time of a group commit, the last ones counting most. */
  readonly meanMs: number;
}

export interface ObservedDatabase {
  readonly database: Database;
  readonly commits: () => CommitFigures;
}

/** Share of the newest commit in the mean. */
const memory = 0.1;

export function observeDatabase(database: Database, metrics: Metrics): ObservedDatabase {
  let waiting = 0;
  let begun = 0;
  let begunAtMs = 0;
  let meanMs = 0;
  /** When writes began to wait, or the last commit while they do. */
  let idleSinceMs = 0;

  database.onCommit(() => {
    const nowMs = performance.now();
    idleSinceMs = nowMs;
    if (begun === 0) return;
    metrics.observe(coreMetrics.commitSize, {}, begun);
    const tookMs = nowMs - begunAtMs;
    metrics.observe(coreMetrics.commitDuration, {}, tookMs / 1000);
    meanMs = meanMs === 0 ? tookMs : meanMs + memory * (tookMs - meanMs);
    begun = 0;
  });

  function write<T>(work: () => Work<T>, hints?: Parameters<Database['write']>[1]): Promise<T> {
    let hasBegun = false;
    if (waiting === 0) idleSinceMs = performance.now();
    waiting++;
    return database
      .write(() => {
        // A work is started again when its group was rolled back.
        if (!hasBegun) {
          hasBegun = true;
          waiting--;
          if (begun === 0) begunAtMs = performance.now();
          begun++;
        }
        return work();
      }, hints)
      .catch((error: unknown) => {
        if (!hasBegun) waiting--;
        throw error;
      });
  }

  async function readHeavy<T>(work: () => Work<T>): Promise<T> {
    const startedAtMs = performance.now();
    try {
      return await database.readHeavy(work);
    } finally {
      metrics.observe(coreMetrics.heavyReadDuration, {}, (performance.now() - startedAtMs) / 1000);
    }
  }

  return {
    database: {
      engine: database.engine,
      write,
      read: (work) => database.read(work),
      readHeavy,
      onCommit: (listener) => database.onCommit(listener),
      backup: (path) => database.backup(path),
      close: () => database.close(),
    },
    commits: () => ({ waiting, stuckMs: waiting === 0 ? 0 : performance.now() - idleSinceMs, meanMs }),
  };
}
