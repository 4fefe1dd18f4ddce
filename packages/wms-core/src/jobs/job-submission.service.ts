/**
 * Stores a submission: all its jobs in one transaction, waiting in their task queues when it is answered. What
 * DIRAC's optimizers do one after the other happens here at once (wms.md §4); `job-log.store.ts` tells their steps.
 */
import type { Work } from '../db/database.ts';
import type { UserPrincipal } from '../identity/principal.ts';
import type { TaskQueueMembership } from '../task-queues/task-queue-membership.service.ts';
import { requirementsKey } from '../task-queues/requirements.ts';
import type { TaskQueueRequirements } from '../task-queues/task-queue.ts';
import { changeCounter } from './job-counters.store.ts';
import { recordJobEvent } from './job-moves.service.ts';
import { insertDescription, insertJobAs, reserveJobIds } from './job.store.ts';

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

/** Gives new jobs their input sandboxes; throws `sandbox.not-found` and rolls the submission back. */
export type AssignInputSandboxes = (
  owner: { readonly vo: string; readonly owner: string; readonly ownerGroup: string },
  jobIds: readonly number[],
  pfns: readonly string[],
) => Work<void>;

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
    const jobsBySite = new Map<string, number>();
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
        status: 'Waiting',
        minorStatus: 'Pilot Agent Submission',
        userPriority: job.userPriority,
        taskQueueId,
        atMs: nowMs,
      });
      yield* insertDescription(jobId, job.original, job.processed(jobId));
      yield* taskQueues.join({ jobId, userPriority: job.userPriority }, taskQueueId, job.requirements);
      yield* recordJobEvent({ jobId, ...owned }, nowMs);
      jobsBySite.set(job.site, (jobsBySite.get(job.site) ?? 0) + 1);
    }
    for (const [site, count] of jobsBySite)
      yield* changeCounter({ ...owned, site, status: 'Waiting' }, count);
    for (const [pfns, ids] of jobsBySandboxes(jobs, jobIds))
      yield* parts.assignInputSandboxes(owned, ids, JSON.parse(pfns) as readonly string[]);
    return jobIds;
  };
}

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
