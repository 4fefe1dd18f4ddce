/**
 * Makes the jobs of one slice of a bulk, inside the transaction that notes the slice as made: set-based, without a
 * description and with one event for all. ADR 0014.
 */
import type { Work } from '../../db/database.ts';
import { requirementsKey } from '../../task-queues/requirements.ts';
import type { TaskQueueMembership } from '../../task-queues/task-queue-membership.service.ts';
import type { TaskQueueRequirements } from '../../task-queues/task-queue.ts';
import { addToCounters } from '../job-counters.store.ts';
import { appendLog } from '../job-log.store.ts';
import { recordJobEvent } from '../job-moves.service.ts';
import { insertJobAs } from '../job.store.ts';
import type { BulkJob, BulkTemplate } from './bulk-template.ts';
import type { BulkRow } from './bulk.store.ts';

/** Jobs of a slice; slices are numbered, so that none is made twice. */
export const sliceLength = 256;

export const sliceCount = ({ jobCount }: Pick<BulkRow, 'jobCount'>): number =>
  Math.ceil(jobCount / sliceLength);

export const sliceOf = (index: number): number => Math.floor(index / sliceLength);

/** First and behind the last place of a slice. */
export function placesOf({ jobCount }: Pick<BulkRow, 'jobCount'>, slice: number): readonly [number, number] {
  return [slice * sliceLength, Math.min((slice + 1) * sliceLength, jobCount)];
}

export const waitingStatus = { status: 'Waiting', minorStatus: 'Pilot Agent Submission' } as const;
const heldStatus = { status: 'Submitting', minorStatus: 'Bulk transaction confirmation' } as const;

/** Jobs of a slice that stand in the same task queue with the same priority. */
interface Company {
  readonly requirements: TaskQueueRequirements;
  readonly userPriority: number;
  readonly taskQueueId: number;
  readonly jobIds: number[];
}

/** Jobs that counters cannot tell apart. */
function count(alike: Map<string, { readonly job: BulkJob; count: number }>, job: BulkJob): void {
  const key = `${job.site}\n${job.jobType}\n${job.jobGroup}`;
  const known = alike.get(key);
  if (known) known.count++;
  else alike.set(key, { job, count: 1 });
}

export interface ExpandSlice {
  /** Stores the jobs; `held` ones wait for the confirmation in no queue. */
  (bulk: BulkRow, template: BulkTemplate, slice: number, held: boolean, nowMs: number): Work<void>;
}

export function createExpandSlice(taskQueues: TaskQueueMembership): ExpandSlice {
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

  function* birth(jobId: number, atMs: number): Work<void> {
    const unsaid = { attempt: 1, applicationStatus: 'Unknown', reportedAtMs: null };
    yield* appendLog(jobId, [{ ...heldStatus, ...unsaid, atMs, source: 'JobManager' }]);
  }

  return function* expandSlice(bulk, template, slice, held, nowMs) {
    const { createdAtMs: atMs, firstJobId, owner, ownerGroup, vo } = bulk;
    const owned = { vo, owner, ownerGroup };
    const companies = new Map<string, Company>();
    const alike = new Map<string, { readonly job: BulkJob; count: number }>();
    const [from, to] = placesOf(bulk, slice);
    let latest: { readonly requirements: TaskQueueRequirements; readonly company: Company } | undefined;
    for (let index = from; index < to; index++) {
      const job = template.job(index);
      const jobId = firstJobId + index;
      if (held) yield* birth(jobId, atMs);
      else if (latest?.requirements !== job.requirements || latest.company.userPriority !== job.userPriority)
        latest = {
          requirements: job.requirements,
          company: yield* companyOf(companies, job, nowMs),
        };
      latest?.company.jobIds.push(jobId);
      yield* insertJobAs(jobId, {
        ...owned,
        jobType: job.jobType,
        jobGroup: job.jobGroup,
        jobName: job.jobName,
        site: job.site,
        ...(held ? heldStatus : waitingStatus),
        userPriority: job.userPriority,
        taskQueueId: latest?.company.taskQueueId ?? null,
        inputSandboxBytes: bulk.inputSandboxBytes,
        atMs,
      });
      count(alike, job);
    }
    for (const { jobIds, requirements, taskQueueId, userPriority } of companies.values())
      yield* taskQueues.joinMany(jobIds, userPriority, taskQueueId, requirements);
    const state = { ...(held ? heldStatus : waitingStatus), rescheduleCounter: 0 };
    for (const { job, count: jobs } of alike.values())
      yield* addToCounters({ ...job, ...owned, ...state }, jobs);
    yield* recordJobEvent({ ...owned, jobId: firstJobId + from }, nowMs);
  };
}
