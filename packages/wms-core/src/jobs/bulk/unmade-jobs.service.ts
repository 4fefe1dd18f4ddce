/**
 * Jobs that an operation on all that match may mean although they are still to be made: they are counted in its
 * preview and made before it passes their place (ADR 0014).
 */
import type { Database, Work } from '../../db/database.ts';
import type { UserPrincipal } from '../../identity/principal.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { JobAction } from '../../use-cases.ts';
import { stateAllows } from '../job-actions.ts';
import { mayAct } from '../job-rights.ts';
import type { IdRange, JobSelection } from '../job-search.store.ts';
import type { BulkExpansion } from './bulk-expansion.service.ts';
import { sliceLength } from './slices.ts';
import { bulksInTheMaking, type BulkInTheMaking } from './unmade-jobs.store.ts';

/** Who wants to do what to which jobs. */
export interface AskedAction {
  readonly principal: UserPrincipal;
  readonly action: JobAction;
  readonly selection: JobSelection;
}

export interface UnmadeJobs {
  /** How many there are that may match, and the highest of their ids; 0 when there are none. */
  count(asked: AskedAction): Work<{ readonly jobs: number; readonly upperJobId: number }>;
  /** The lowest of them with an id in the range, and its bulk. */
  first(
    asked: AskedAction,
    range: IdRange,
  ): Work<{ readonly bulkId: number; readonly jobId: number } | undefined>;
  /** Makes some more of a bulk. */
  make(bulkId: number): Promise<void>;
}

/** A step on SQLite keeps everybody else waiting. */
const slicesAtOnce = 1;

export function createUnmadeJobs(parts: {
  readonly database: Database;
  readonly clock: Clock;
  readonly expansion: Pick<BulkExpansion, 'expandNext'>;
}): UnmadeJobs {
  const { clock, database, expansion } = parts;
  return {
    *count(asked) {
      const bulks = yield* meantBulks(asked, { after: 0, upper: Number.MAX_SAFE_INTEGER });
      return {
        jobs: bulks.reduce((sum, { expanded, jobCount }) => sum + jobCount - expanded, 0),
        upperJobId: Math.max(0, ...bulks.map(({ firstJobId, jobCount }) => firstJobId + jobCount - 1)),
      };
    },
    *first(asked, range) {
      const [bulk] = yield* meantBulks(asked, range);
      return bulk && { bulkId: bulk.bulkId, jobId: bulk.firstJobId + bulk.nextSlice * sliceLength };
    },
    async make(bulkId) {
      await database.write(() => expansion.expandNext(bulkId, slicesAtOnce, clock.nowMs()));
    },
  };
}

/** Nothing is made for somebody who may not act on it, or for an action that leaves new jobs as they are. */
function* meantBulks(
  { action, principal, selection }: AskedAction,
  range: IdRange,
): Work<readonly BulkInTheMaking[]> {
  if (!stateAllows(action, 'Waiting').allowed) return [];
  const bulks = yield* bulksInTheMaking(selection, range);
  return bulks.filter((bulk) => mayAct(principal, action, bulk));
}
