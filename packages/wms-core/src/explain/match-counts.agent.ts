/** Writes down how many jobs pilots took, so that estimates survive a restart. Every server process counts its own. */
import type { Database } from '../db/database.ts';
import { createAgent, type Agent } from '../kernel/agent.ts';
import type { Logger } from '../kernel/logger.ts';
import { addMatchCount } from './explain.store.ts';
import type { MatchMeter } from './match-meter.ts';

const everyMs = 60_000;
const chunk = 500;

export const createMatchCountsAgent = (parts: {
  readonly database: Database;
  readonly log: Logger;
  readonly meter: MatchMeter;
}): Agent =>
  createAgent({
    name: 'match-counts',
    everyMs,
    log: parts.log,
    async cycle() {
      const counts = parts.meter.take();
      for (let from = 0; from < counts.length; from += chunk)
        await parts.database.write(function* () {
          for (const count of counts.slice(from, from + chunk)) yield* addMatchCount(count);
        });
    },
  });
