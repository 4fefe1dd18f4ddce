/**
 * Keeps the database small: ended jobs become Deleted after the days the configuration says, deleted ones are
 * erased later with all that belongs to them (wms.md §7.3). Empty task queues, empty counters, old request keys
 * and old events go as well.
 */
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import type { Database, Work } from '../db/database.ts';
import { pruneEvents } from '../events/event.store.ts';
import { createAgent, type Agent } from '../kernel/agent.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import { pruneDecisions } from '../matching/decision.store.ts';
import { pruneUsage } from '../task-queues/share-usage.store.ts';
import { removeEmptyTaskQueues } from '../task-queues/task-queue.store.ts';
import { bulksWithoutJobs, deleteBulk } from './bulk/bulk.store.ts';
import { jobsUnchangedSince } from './job-cleaning.store.ts';
import { addToCounters, removeEmptyCounters } from './job-counters.store.ts';
import { recordJobEvent, type JobMoves } from './job-moves.service.ts';
import type { JobStatus } from './job-status.ts';
import { eraseJob, findJob } from './job.store.ts';
import { pruneSubmissions } from './submission.store.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const everyMs = 600_000;
const batch = 200;
/** A desktop that was away longer refetches everything. */
const keepEventsMs = hourMs;
const keepRequestKeysMs = dayMs;
const keepEmptyTaskQueuesMs = 300_000; // as DIRAC

export function createJobCleaningAgent(parts: {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly configuration: { current(): ConfigurationSnapshot };
  readonly moves: JobMoves;
  /** Frees the sandboxes of a job that is erased. */
  readonly unassignSandboxes: (jobId: number) => Work<void>;
  readonly unassignBulkSandboxes: (bulkId: number) => Work<void>;
}): Agent {
  const { database, clock, moves } = parts;

  async function each(
    status: JobStatus,
    keepDays: number,
    act: (jobId: number) => Work<void>,
  ): Promise<number> {
    let count = 0;
    for (;;) {
      const untilMs = clock.nowMs() - keepDays * dayMs;
      const jobIds = await database.readHeavy(() => jobsUnchangedSince(status, untilMs, batch));
      await Promise.all(jobIds.map((jobId) => database.write(() => act(jobId))));
      count += jobIds.length;
      if (jobIds.length < batch) return count;
    }
  }

  function* remove(jobId: number): Work<void> {
    const nowMs = clock.nowMs();
    const job = yield* findJob(jobId);
    if (!job) return;
    const deleted = {
      status: 'Deleted',
      minorStatus: 'Checking accounting',
      atMs: nowMs,
      source: 'JobCleaningAgent',
    } as const;
    yield* moves.move(job, [deleted], { nowMs });
  }

  function* erase(jobId: number): Work<void> {
    const job = yield* findJob(jobId);
    if (job?.status !== 'Deleted') return;
    yield* parts.unassignSandboxes(jobId);
    yield* addToCounters(job, -1);
    yield* eraseJob(jobId);
    yield* recordJobEvent(job, clock.nowMs());
  }

  /** A bulk goes when its last job is gone; one that never had a job when a killed one would go. */
  async function removeBulks(keepDays: number): Promise<void> {
    const untilMs = clock.nowMs() - Math.max(keepDays * dayMs, keepRequestKeysMs);
    for (;;) {
      const bulkIds = await database.readHeavy(() => bulksWithoutJobs(untilMs, batch));
      for (const bulkId of bulkIds)
        await database.write(function* () {
          yield* parts.unassignBulkSandboxes(bulkId);
          yield* deleteBulk(bulkId);
        });
      if (bulkIds.length < batch) return;
    }
  }

  async function cycle(): Promise<void> {
    const { keepDoneDays, keepFailedDays, keepKilledDays, keepDeletedDays } =
      parts.configuration.current().values.lifeCycle;
    const deleted =
      (await each('Done', keepDoneDays, remove)) +
      (await each('Failed', keepFailedDays, remove)) +
      (await each('Killed', keepKilledDays, remove));
    const erased = await each('Deleted', keepDeletedDays, erase);
    await removeBulks(keepKilledDays);
    const nowMs = clock.nowMs();
    await database.write(() => removeEmptyTaskQueues(nowMs, keepEmptyTaskQueuesMs, 1000));
    await database.write(removeEmptyCounters);
    await database.write(() => pruneSubmissions(nowMs - keepRequestKeysMs));
    await database.write(() => pruneEvents(nowMs - keepEventsMs, 50_000));
    const { keepDecisionsDays } = parts.configuration.current().values.scheduling;
    await database.write(() => pruneDecisions(nowMs - keepDecisionsDays * dayMs, 10_000));
    await database.write(() => pruneUsage(nowMs));
    if (deleted + erased > 0) parts.log.info({ deleted, erased }, 'jobs.cleaned');
  }

  return createAgent({ name: 'job-cleaning', everyMs, cycle, log: parts.log });
}
