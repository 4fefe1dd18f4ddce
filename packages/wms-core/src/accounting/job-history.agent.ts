/** Looks at the counters of jobs every quarter of an hour and adds what it sees to the history, one VO a transaction. */
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import type { Database, Work } from '../db/database.ts';
import { createAgent, type Agent } from '../kernel/agent.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import { addToBuckets } from './accounting.store.ts';
import { bounded, intervalOf } from './job-history.ts';
import { claimLook, firstLook, lastLook, stateCounts, vosWithHistory } from './job-history.store.ts';
import { wmsHistoryType } from './record-types.ts';

/** States of one VO written by one look. */
const mostStates = 5000;

export function createJobHistoryAgent(parts: {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly configuration: { current(): ConfigurationSnapshot };
}): Agent {
  const { database, clock } = parts;
  const everyS = (): number => parts.configuration.current().values.accounting.snapshotEveryS;

  function* look(vo: string): Work<void> {
    const nowMs = clock.nowMs();
    const lastMs = yield* lastLook(vo);
    if (lastMs === undefined) return yield* firstLook(vo, nowMs);
    // Half the pace: another process on the same database may have looked just now.
    if (nowMs - lastMs < (everyS() * 1000) / 2) return;
    if (!(yield* claimLook(vo, lastMs, nowMs))) return;
    const interval = intervalOf(lastMs, nowMs);
    const lengthMs = interval.endMs - interval.startMs;
    for (const count of bounded(yield* stateCounts(vo), mostStates))
      yield* addToBuckets(
        wmsHistoryType,
        {
          vo,
          keys: [
            count.status,
            count.site,
            count.owner,
            count.ownerGroup,
            count.jobGroup,
            count.minorStatus,
            count.jobType,
          ],
          values: [1, count.jobs * lengthMs, count.reschedules * lengthMs],
          ...interval,
        },
        nowMs,
      );
  }

  async function cycle(): Promise<void> {
    for (const vo of await database.readHeavy(vosWithHistory)) await database.write(() => look(vo));
  }

  return createAgent({ name: 'job-history', everyMs: everyS() * 1000, cycle, log: parts.log });
}
