/**
 * Makes the jobs of one slice of a bulk, inside the transaction that notes the slice as made: set-based, without a
 * description and with one event for all. ADR 0014.
 */
import type { Work } from '../../db/database.ts';
import { requirementsKey } from '../../task-queues/requirements.ts';
import type { TaskQueueMembership } from '../../task-queues/task-queue-membership.service.ts';
import type { TaskQueueRequirements } from '../../task-queues/task-queue.ts';
import { addToCounters } from '../job-counters.store.ts';
import { appendLog, logOfStop, type LogEntry } from '../job-log.store.ts';
import { recordJobEvent } from '../job-moves.service.ts';
import { numbered } from '../job-number.ts';
import { insertJobOfMany, jobClassOf } from '../job.store.ts';
import type { Optimizers, Stop } from '../optimizers/optimizers.service.ts';
import type { BulkJob, BulkTemplate } from './bulk-template.ts';
import type { BulkRow } from './bulk.store.ts';
import { placesOf } from './slices.ts';

const heldStatus: Stop = { status: 'Submitting', minorStatus: 'Bulk transaction confirmation' };

/** Jobs of a slice that stand in the same task queue with the same priority. */
interface Company {
  readonly requirements: TaskQueueRequirements;
  readonly userPriority: number;
  readonly taskQueueId: number;
  readonly jobIds: number[];
}

export interface ExpandSlice {
  /** Stores the jobs; `held` ones wait for the confirmation in no queue. */
  (bulk: BulkRow, template: BulkTemplate, slice: number, held: boolean, nowMs: number): Work<void>;
}

export function createExpandSlice({
  optimizers,
  taskQueues,
}: {
  readonly optimizers: Pick<Optimizers, 'firstStop' | 'stopped'>;
  readonly taskQueues: TaskQueueMembership;
}): ExpandSlice {
  function* companyOf(companies: Map<string, Company>, job: BulkJob, nowMs: number): Work<Company> {
    const { requirements, userPriority } = job;
    const key = `${userPriority} ${requirementsKey(requirements)}`;
    const known = companies.get(key);
    if (known) return known;
    const taskQueueId = yield* taskQueues.queueFor(requirements, nowMs);
    const company: Company = { requirements, userPriority, taskQueueId, jobIds: [] };
    companies.set(key, company);
    return company;
  }

  /** What jobs that do not wait at once have done so far; the log of the others is told from their row. */
  function logOf(state: Stop, atMs: number): readonly LogEntry[] {
    if (state !== heldStatus) return logOfStop(state, atMs);
    const unsaid = { attempt: 1, applicationStatus: 'Unknown', reportedAtMs: null };
    return [{ ...state, ...unsaid, atMs, source: 'JobManager' }];
  }

  return function* expandSlice(bulk, template, slice, held, nowMs) {
    const { createdAtMs: atMs, firstJobId, owner, ownerGroup, vo } = bulk;
    const owned = { vo, owner, ownerGroup };
    const companies = new Map<string, Company>();
    const alike = new Map<string, { readonly job: BulkJob; readonly state: Stop; jobs: number }>();
    let isStopped = false;
    const [from, to] = placesOf(bulk, slice);
    let latest: { readonly requirements: TaskQueueRequirements; readonly company: Company } | undefined;
    for (let index = from; index < to; index++) {
      const jobId = firstJobId + index;
      const job = numbered(template.job(index), jobId);
      const state = held ? heldStatus : optimizers.firstStop(job.chain);
      const isWaiting = state.status === 'Waiting';
      if (!isWaiting) yield* appendLog(jobId, logOf(state, atMs));
      else if (latest?.requirements !== job.requirements || latest.company.userPriority !== job.userPriority)
        latest = {
          requirements: job.requirements,
          company: yield* companyOf(companies, job, nowMs),
        };
      const company = isWaiting ? latest?.company : undefined;
      company?.jobIds.push(jobId);
      yield* insertJobOfMany(jobId, {
        ...owned,
        jobType: job.jobType,
        jobGroup: job.jobGroup,
        jobName: job.jobName,
        processingType: job.processingType,
        jobClass: jobClassOf(bulk.jobCount),
        inputDataFiles: job.inputDataFiles,
        site: job.site,
        ...state,
        userPriority: job.userPriority,
        taskQueueId: company?.taskQueueId ?? null,
        inputSandboxBytes: bulk.inputSandboxBytes,
        atMs,
      });
      const kind = JSON.stringify([job.site, job.jobType, job.jobGroup, state.minorStatus]);
      const known = alike.get(kind);
      if (known) known.jobs++;
      else alike.set(kind, { job, state, jobs: 1 });
      if (!isWaiting && !held) isStopped = true;
    }
    if (isStopped) yield* optimizers.stopped();
    for (const { jobIds, requirements, taskQueueId, userPriority } of companies.values())
      yield* taskQueues.joinMany(jobIds, userPriority, taskQueueId, requirements);
    for (const { job, jobs, state } of alike.values())
      yield* addToCounters({ ...owned, ...job, ...state, rescheduleCounter: 0 }, jobs);
    yield* recordJobEvent({ ...owned, jobId: firstJobId + from }, nowMs);
  };
}
