/**
 * Stores a submission: all its jobs in one transaction, waiting in their task queues when it is answered. What
 * DIRAC's optimizers do one after the other happens here at once (wms.md §4); `job-log.store.ts` tells their steps.
 */
import type { Work } from '../db/database.ts';
import type { UserPrincipal } from '../identity/principal.ts';
import type { TaskQueueMembership } from '../task-queues/task-queue-membership.service.ts';
import { requirementsKey } from '../task-queues/requirements.ts';
import type { TaskQueueRequirements } from '../task-queues/task-queue.ts';
import { addToCounters } from './job-counters.store.ts';
import { recordJobEvent } from './job-moves.service.ts';
import { insertDescription, insertJobAs, reserveJobIds, setInputSandboxBytes } from './job.store.ts';

/** A checked description, ready to be stored. */
export interface PreparedJob {
  /** As sent; for a member of a sweep the text with its values filled in. */
  readonly original: string;
  /** The processed description for the number that the job gets. */
  readonly processed: (jobId: number) => string;
  readonly jobType: string;
  readonly jobGroup: string;
  readonly jobName: string;
  /** `ANY`, one site, or `Multiple`. */
  readonly site: string;
  readonly userPriority: number;
  readonly requirements: TaskQueueRequirements;
  /** PFNs of uploaded sandboxes, `SB:…`. */
  readonly inputSandboxes: readonly string[];
}

/** Gives new jobs their input sandboxes, answers bytes a job; throws `sandbox.not-found`, which undoes all. */
export type AssignInputSandboxes = (
  owner: { readonly vo: string; readonly owner: string; readonly ownerGroup: string },
  jobIds: readonly number[],
  pfns: readonly string[],
) => Work<number>;

export interface StoreSubmission {
  (principal: UserPrincipal, jobs: readonly PreparedJob[], nowMs: number): Work<readonly number[]>;
}

export function createStoreSubmission(parts: {
  readonly taskQueues: TaskQueueMembership;
  readonly assignInputSandboxes: AssignInputSandboxes;
}): StoreSubmission {
  const { taskQueues } = parts;

  return function* storeSubmission(principal, jobs, nowMs) {
    const owned = { vo: principal.vo, owner: principal.userName, ownerGroup: principal.group };
    const taskQueueIds = new Map<string, number>();
    const first = yield* reserveJobIds(jobs.length);
    const jobIds = jobs.map((_, index) => first + index);
    for (const [index, job] of jobs.entries()) {
      const jobId = first + index;
      const key = requirementsKey(job.requirements);
      const taskQueueId = taskQueueIds.get(key) ?? (yield* taskQueues.queueFor(job.requirements, nowMs));
      taskQueueIds.set(key, taskQueueId);
      yield* insertJobAs(jobId, {
        ...owned,
        jobType: job.jobType,
        jobGroup: job.jobGroup,
        jobName: job.jobName,
        site: job.site,
        status: submitted.status,
        minorStatus: submitted.minorStatus,
        userPriority: job.userPriority,
        taskQueueId,
        atMs: nowMs,
      });
      yield* insertDescription(jobId, job.original, job.processed(jobId));
      yield* taskQueues.join({ jobId, userPriority: job.userPriority }, taskQueueId, job.requirements);
      yield* recordJobEvent({ jobId, ...owned }, nowMs);
    }
    for (const alike of Object.values(Object.groupBy(jobs, countedTogether)))
      if (alike?.[0]) yield* addToCounters({ ...owned, ...alike[0], ...submitted }, alike.length);
    for (const [pfns, ids] of jobsBySandboxes(jobs, jobIds)) {
      const bytes = yield* parts.assignInputSandboxes(owned, ids, JSON.parse(pfns) as readonly string[]);
      for (const jobId of ids) yield* setInputSandboxBytes(jobId, bytes);
    }
    return jobIds;
  };
}

const submitted = {
  status: 'Waiting',
  minorStatus: 'Pilot Agent Submission',
  rescheduleCounter: 0,
} as const;

const countedTogether = ({ site, jobType, jobGroup }: PreparedJob): string =>
  JSON.stringify([site, jobType, jobGroup]);

/** Jobs of a sweep share their sandboxes; the key is the JSON of the PFNs. */
function jobsBySandboxes(jobs: readonly PreparedJob[], jobIds: readonly number[]): Map<string, number[]> {
  const found = new Map<string, number[]>();
  jobs.forEach(({ inputSandboxes }, index) => {
    const jobId = jobIds[index];
    if (inputSandboxes.length === 0 || jobId === undefined) return;
    const key = JSON.stringify(inputSandboxes);
    const ids = found.get(key);
    if (ids) ids.push(jobId);
    else found.set(key, [jobId]);
  });
  return found;
}
