/**
 * Keeps accounting small: buckets become coarser with age and vanish in the end, single records go earlier. Each
 * step is one small transaction that takes buckets out and puts their sums back, so it may be stopped between any
 * two and nothing is lost or counted twice.
 */
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import type { Database, Work } from '../db/database.ts';
import { createAgent, type Agent } from '../kernel/agent.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import { recordTables, removeOldRecords } from './accounting-records.store.ts';
import { putBack, removeUnusedKeys, takeBuckets } from './accounting.store.ts';
import { endsBefore } from './buckets.ts';
import type { BucketWidth, RecordType } from './record-type.ts';
import { recordTypes } from './record-types.ts';

const everyMs = 3_600_000;
const dayMs = 86_400_000;
const mostPerStep = 500;
/** Longer than any bucket after its key was last used. */
const keepUnusedKeysMs = 30 * dayMs;

export function createAccountingCompactionAgent(parts: {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly configuration: { current(): ConfigurationSnapshot };
}): Agent {
  const { database, clock } = parts;

  function* coarsen(type: RecordType, width: BucketWidth): Work<number> {
    const nowMs = clock.nowMs();
    const taken = yield* takeBuckets(type, width.widthMs, endsBefore(width, nowMs), mostPerStep);
    if (width === type.buckets.at(-1)) return taken.length;
    for (const bucket of taken) yield* putBack(type, bucket, nowMs);
    return taken.length;
  }

  /** Repeats a step until it finds less than it may take. */
  async function exhaust(step: () => Work<number>): Promise<number> {
    for (let sum = 0; ;) {
      const count = await database.write(step);
      sum += count;
      if (count < mostPerStep) return sum;
    }
  }

  async function cycle(): Promise<void> {
    let buckets = 0;
    for (const type of recordTypes) {
      for (const width of type.buckets) buckets += await exhaust(() => coarsen(type, width));
      const keptMs = (type.buckets.at(-1)?.untilAgeMs ?? 0) + keepUnusedKeysMs;
      await exhaust(() => removeUnusedKeys(type, clock.nowMs() - keptMs, mostPerStep));
    }
    const { keepRecordsDays } = parts.configuration.current().values.accounting;
    const beforeMs = clock.nowMs() - keepRecordsDays * dayMs;
    let records = 0;
    for (const table of recordTables)
      records += await exhaust(() => removeOldRecords(table, beforeMs, mostPerStep));
    if (buckets + records > 0) parts.log.info({ buckets, records }, 'accounting.compacted');
  }

  return createAgent({ name: 'accounting-compaction', everyMs, cycle, log: parts.log });
}
