/**
 * Takes attempts away from pilots that are gone: gives the job to another pilot while it may be rescheduled,
 * else fails it with the reason. Used when a pilot ends and when an attempt is silent for too long.
 */
import type { Work } from '../db/database.ts';
import type { Clock } from '../kernel/clock.ts';
import { closeCommandsOf } from './job-command.store.ts';
import { costOf, type JobRescheduling } from './job-rescheduling.service.ts';
import { isHeldStatus } from './job-moves.service.ts';
import { heldJobIds } from './stalled-jobs.store.ts';
import { findJob } from './job.store.ts';

export interface LostJobs {
  /**
   * Every job the pilot still holds; called in the transaction that ends the pilot. Its commands are closed:
   * nobody is left to obey.
   */
  pilotEnded(stamp: string, reason: string): Work<void>;
  /** One attempt; nothing happens when it is over already. */
  giveUp(
    held: { readonly jobId: number; readonly attempt: number },
    why: { readonly minorStatus: string; readonly reason: string; readonly source: string },
  ): Work<boolean>;
}

export function createLostJobs(parts: {
  readonly clock: Clock;
  readonly rescheduling: JobRescheduling;
}): LostJobs {
  function* giveUp(...[held, why]: Parameters<LostJobs['giveUp']>): Work<boolean> {
    const job = yield* findJob(held.jobId);
    if (!job || job.attempt !== held.attempt || !isHeldStatus(job.status)) return false;
    yield* parts.rescheduling.reschedule(job, {
      nowMs: parts.clock.nowMs(),
      source: why.source,
      reason: why.reason,
      lastMinorStatus: why.minorStatus,
      cost: costOf(job),
    });
    return true;
  }

  return {
    giveUp,
    *pilotEnded(stamp, reason) {
      for (const held of yield* heldJobIds(stamp))
        yield* giveUp(held, {
          minorStatus: 'Job stalled: pilot not running',
          reason,
          source: 'PilotDirector',
        });
      yield* closeCommandsOf(stamp, parts.clock.nowMs());
    },
  };
}
