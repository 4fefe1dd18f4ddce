/**
 * Notices attempts that fell silent: Running and Completing become Stalled after `stalledAfterS`, Stalled ones
 * are given up after `lostAfterS`, matched ones that never start after `matchedTimeoutS`. Real seconds, unlike
 * DIRAC's hours that are cycles (wms.md §7.2), and only those in which this server could have heard them.
 */
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import type { Database, Work } from '../db/database.ts';
import { createAgent, type Agent } from '../kernel/agent.ts';
import type { Clock } from '../kernel/clock.ts';
import { isStoreTrouble } from '../kernel/wms-error.ts';
import type { ListeningSince } from './listening-since.ts';
import type { Logger } from '../kernel/logger.ts';
import type { JobMoves } from './job-moves.service.ts';
import type { JobRescheduling } from './job-rescheduling.service.ts';
import type { JobStatus } from './job-status.ts';
import { findJob } from './job.store.ts';
import type { LostJobs } from './lost-jobs.service.ts';
import type { Optimizers } from './optimizers/optimizers.service.ts';
import { silentJobs, type HeldJob } from './stalled-jobs.store.ts';

const source = 'StalledJobAgent';
/** States between submission and waiting, which a job passes in one transaction unless an optimizer holds it. */
const onTheWay = [
  'Received',
  'Checking',
  'Scouting',
  'Staging',
  'Rescheduled',
] as const satisfies readonly JobStatus[];
const batch = 500;
const shortestPauseMs = 1000;
const longestPauseMs = 60_000;

export function createStalledJobsAgent(parts: {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly configuration: { current(): ConfigurationSnapshot };
  readonly moves: JobMoves;
  readonly rescheduling: JobRescheduling;
  readonly lostJobs: LostJobs;
  readonly optimizers?: Pick<Optimizers, 'holds'>;
  /** Since when the server has been able to hear pilots without a break. */
  readonly listeningSinceMs: ListeningSince;
}): Agent {
  const { database, clock, moves, lostJobs } = parts;
  const lifeCycle = () => parts.configuration.current().values.lifeCycle;

  /** Searches beside the writer, then looks again inside each write: a heartbeat may have come meanwhile. */
  async function each(
    status: JobStatus,
    silentS: number,
    act: (job: HeldJob) => Work<boolean>,
  ): Promise<number> {
    let count = 0;
    let afterId = 0;
    if (clock.nowMs() - parts.listeningSinceMs() < silentS * 1000) return 0;
    for (;;) {
      const page = { afterId, limit: batch };
      const found = await database.readHeavy(() => silentJobs(status, clock.nowMs() - silentS * 1000, page));
      const free = found.filter((job) => !parts.optimizers?.holds(job));
      const acted = await Promise.all(free.map((job) => oneAlone(job, act)));
      count += acted.filter(Boolean).length;
      if (found.length < batch) return count;
      afterId = found.at(-1)?.jobId ?? Infinity;
    }
  }

  /** What is wrong with one job must not keep the others from their end. */
  async function oneAlone(job: HeldJob, act: (job: HeldJob) => Work<boolean>): Promise<boolean> {
    try {
      return await database.write(() => act(job));
    } catch (error) {
      if (isStoreTrouble(error)) throw error;
      parts.log.error({ err: error, jobId: job.jobId }, 'jobs.stalled-failed');
      return false;
    }
  }

  function* stall({ jobId, attempt }: HeldJob): Work<boolean> {
    const nowMs = clock.nowMs();
    const job = yield* findJob(jobId);
    if (!job || job.attempt !== attempt) return false;
    const silentSinceMs = Math.max(job.heartbeatAtMs ?? 0, job.lastUpdateAtMs, parts.listeningSinceMs());
    if (nowMs - silentSinceMs < lifeCycle().stalledAfterS * 1000) return false;
    const outcome = yield* moves.move(job, [{ status: 'Stalled', atMs: nowMs, source }], { nowMs });
    return outcome.kind === 'moved';
  }

  /** Left there by a fault or an older release; every job must reach an end by itself. */
  function* bringBack({ jobId, attempt }: HeldJob): Work<boolean> {
    const job = yield* findJob(jobId);
    if (!job || job.attempt !== attempt || !(onTheWay as readonly JobStatus[]).includes(job.status))
      return false;
    if (parts.optimizers?.holds(job)) return false;
    const outcome = yield* parts.rescheduling.reschedule(job, { nowMs: clock.nowMs(), source });
    return outcome.kind !== 'refused';
  }

  async function cycle(): Promise<void> {
    const { stalledAfterS, lostAfterS, matchedTimeoutS } = lifeCycle();
    const lost = await each('Stalled', lostAfterS, (job) =>
      lostJobs.giveUp(job, {
        minorStatus: `Stalling for more than ${lostAfterS} sec`,
        reason: `No sign of life for ${lostAfterS} s`,
        source,
      }),
    );
    const running = await each('Running', stalledAfterS, stall);
    const completing = await each('Completing', stalledAfterS, stall);
    const unstarted = await each('Matched', matchedTimeoutS, (job) =>
      lostJobs.giveUp(job, {
        minorStatus: 'Job stalled: pilot not running',
        reason: `Not started within ${matchedTimeoutS} s`,
        source,
      }),
    );
    const stalled = running + completing;
    for (const status of onTheWay) await each(status, matchedTimeoutS, bringBack);
    if (lost + stalled + unstarted > 0) parts.log.info({ stalled, lost, unstarted }, 'jobs.stalled');
  }

  const { stalledAfterS, matchedTimeoutS } = lifeCycle();
  const everyMs = (Math.min(stalledAfterS, matchedTimeoutS) * 1000) / 5;
  return createAgent({
    name: 'stalled-jobs',
    everyMs: Math.min(Math.max(everyMs, shortestPauseMs), longestPauseMs),
    cycle,
    log: parts.log,
  });
}
