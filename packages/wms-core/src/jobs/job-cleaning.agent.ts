/**
 * Keeps the database small: ended jobs become Deleted after the days the configuration says, deleted ones are
 * erased later with all that belongs to them (wms.md §7.3), unless an operation may still act on them or give them
 * back. Empty task queues, empty counters, old operations, request keys and events go as well.
 */
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import type { Database, Work } from '../db/database.ts';
import { pruneEvents } from '../events/event.store.ts';
import { createAgent, type Agent } from '../kernel/agent.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import { pruneClaims } from '../matching/match-claim.store.ts';
import { pruneDecisions } from '../matching/decision.store.ts';
import { pruneUsage } from '../task-queues/share-usage.store.ts';
import { removeEmptyTaskQueues } from '../task-queues/task-queue.store.ts';
import { bulksWithoutJobs, deleteBulk } from './bulk/bulk.store.ts';
import type { EraseJob } from './erase-job.service.ts';
import { jobsPastRetention } from './job-cleaning.store.ts';
import { removeEmptyCounters } from './job-counters.store.ts';
import type { JobMoves } from './job-moves.service.ts';
import { findJob, type JobRow } from './job.store.ts';
import { endedOperations, jobsInOperations, removeOperation } from './operations/operation.store.ts';
import { retentions, type Retention } from './retention.ts';
import { pruneSubmissions } from './submission.store.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const everyMs = 600_000;
const batch = 200;
/** Verdicts of an operation that go at once. */
const verdictBatch = 2000;
const keepPreviewsMs = hourMs;
/** No pilot repeats a question after so long. */
const keepMatchClaimsMs = 7 * dayMs;
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
  readonly eraseJob: EraseJob;
  readonly unassignBulkSandboxes: (bulkId: number) => Work<void>;
}): Agent {
  const { database, clock, moves } = parts;

  async function each(retention: Retention): Promise<number> {
    let count = 0;
    for (let afterJobId = 0; ;) {
      const place = afterJobId;
      const found = await database.readHeavy(function* () {
        const jobIds = yield* jobsPastRetention(retention, clock.nowMs(), place, batch);
        return { jobIds, awaited: yield* jobsInOperations(jobIds, clock.nowMs()) };
      });
      const free = found.jobIds.filter((jobId) => !found.awaited.has(jobId));
      await Promise.all(free.map((jobId) => database.write(() => clean(retention, jobId))));
      count += free.length;
      if (found.jobIds.length < batch) return count;
      afterJobId = found.jobIds.at(-1) ?? place;
    }
  }

  /** Looks again inside the write: somebody may have acted on the job meanwhile. */
  function* clean({ status }: Retention, jobId: number): Work<void> {
    const nowMs = clock.nowMs();
    const job = yield* findJob(jobId);
    if (job?.status !== status || (yield* jobsInOperations([jobId], nowMs)).has(jobId)) return;
    if (status === 'Deleted') yield* parts.eraseJob(job, nowMs);
    else yield* markDeleted(job, nowMs);
  }

  function* markDeleted(job: JobRow, nowMs: number): Work<void> {
    const deleted = {
      status: 'Deleted',
      minorStatus: 'Checking accounting',
      atMs: nowMs,
      source: 'JobCleaningAgent',
    } as const;
    yield* moves.move(job, [deleted], { nowMs });
  }

  async function cleanOperations(keepDays: number): Promise<void> {
    const nowMs = clock.nowMs();
    const ended = await database.readHeavy(() =>
      endedOperations(nowMs - keepDays * dayMs, nowMs - keepPreviewsMs, batch),
    );
    for (const operationId of ended)
      while (!(await database.write(() => removeOperation(operationId, verdictBatch))));
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
    const { lifeCycle } = parts.configuration.current().values;
    let cleaned = 0;
    for (const retention of retentions(lifeCycle)) cleaned += await each(retention);
    await removeBulks(lifeCycle.keepKilledDays);
    const nowMs = clock.nowMs();
    await cleanOperations(lifeCycle.keepOperationsDays);
    await database.write(() => removeEmptyTaskQueues(nowMs, keepEmptyTaskQueuesMs, 1000));
    await database.write(removeEmptyCounters);
    await database.write(() => pruneSubmissions(nowMs - keepRequestKeysMs));
    await database.write(() => pruneClaims(nowMs - keepMatchClaimsMs));
    await database.write(() => pruneEvents(nowMs - keepEventsMs, 50_000));
    const { keepDecisionsDays } = parts.configuration.current().values.scheduling;
    await database.write(() => pruneDecisions(nowMs - keepDecisionsDays * dayMs, 10_000));
    await database.write(() => pruneUsage(nowMs));
    if (cleaned > 0) parts.log.info({ jobs: cleaned }, 'jobs.cleaned');
  }

  return createAgent({ name: 'job-cleaning', everyMs, cycle, log: parts.log });
}
