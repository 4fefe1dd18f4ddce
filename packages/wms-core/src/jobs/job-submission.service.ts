/**
 * Stores a submission: all its jobs in one transaction, waiting in their task queues when it is answered. What
 * DIRAC's optimizers do one after the other happens here at once (wms.md §4); `job-log.store.ts` tells their steps.
 * A job whose chain has a step that asks something outside stops there instead (`optimizers/`).
 */
import type { Work } from '../db/database.ts';
import type { UserPrincipal } from '../identity/principal.ts';
import type { TaskQueueMembership } from '../task-queues/task-queue-membership.service.ts';
import { requirementsKey } from '../task-queues/requirements.ts';
import type { TaskQueueRequirements } from '../task-queues/task-queue.ts';
import { addToCounters } from './job-counters.store.ts';
import { appendLog, logOfStop } from './job-log.store.ts';
import { recordJobEvent } from './job-moves.service.ts';
import { insertDescription, insertJobAs, jobClassOf, reserveJobIds } from './job.store.ts';
import { numbered } from './job-number.ts';
import type { OptimizerName } from './optimizers/optimizer-chain.ts';
import type { Optimizers, Stop } from './optimizers/optimizers.service.ts';

/** A checked description, ready to be stored. */
export interface PreparedJob {
  /** As sent; for a member of a sweep the text with its values filled in. */
  readonly original: string;
  /** The processed description for the number that the job gets. */
  readonly processed: (jobId: number) => string;
  readonly jobType: string;
  readonly jobGroup: string;
  readonly jobName: string;
  /** Label for accounting. */
  readonly processingType: string;
  readonly inputDataFiles: number;
  /** `ANY`, one site, or `Multiple`. */
  readonly site: string;
  readonly userPriority: number;
  readonly requirements: TaskQueueRequirements;
  /** PFNs of uploaded sandboxes, `SB:…`. */
  readonly inputSandboxes: readonly string[];
  /** The optimizers it passes when they are not just JobSanity and JobScheduling. */
  readonly chain?: readonly OptimizerName[];
}

export interface JobOwner {
  readonly vo: string;
  readonly owner: string;
  readonly ownerGroup: string;
}

/** Gives new jobs their input sandboxes, answers bytes a job; throws `sandbox.not-found`, which undoes all. */
export type AssignInputSandboxes = (
  owner: JobOwner,
  jobIds: readonly number[],
  pfns: readonly string[],
) => Work<number>;

export interface StoreSubmission {
  (principal: UserPrincipal, jobs: readonly PreparedJob[], nowMs: number): Work<readonly number[]>;
}

export function createStoreSubmission(parts: {
  readonly taskQueues: TaskQueueMembership;
  readonly assignInputSandboxes: AssignInputSandboxes;
  readonly optimizers: Pick<Optimizers, 'firstStop' | 'stopped'>;
}): StoreSubmission {
  const { optimizers, taskQueues } = parts;

  function* queueOf({ requirements }: PreparedJob, known: Map<string, number>, nowMs: number): Work<number> {
    const key = requirementsKey(requirements);
    const taskQueueId = known.get(key) ?? (yield* taskQueues.queueFor(requirements, nowMs));
    known.set(key, taskQueueId);
    return taskQueueId;
  }

  /** Bytes of the input sandboxes of each job that has some. */
  function* sandboxBytes(
    owned: JobOwner,
    jobs: readonly PreparedJob[],
    first: number,
  ): Work<ReadonlyMap<number, number>> {
    const bytes = new Map<number, number>();
    for (const [pfns, jobIds] of jobsBySandboxes(jobs, first)) {
      const each = yield* parts.assignInputSandboxes(owned, jobIds, JSON.parse(pfns) as readonly string[]);
      for (const jobId of jobIds) bytes.set(jobId, each);
    }
    return bytes;
  }

  return function* storeSubmission(principal, jobs, nowMs) {
    const owned = { vo: principal.vo, owner: principal.userName, ownerGroup: principal.group };
    const taskQueueIds = new Map<string, number>();
    const counts = new Map<string, Counted>();
    const first = yield* reserveJobIds(jobs.length);
    const bytes = yield* sandboxBytes(owned, jobs, first);
    let stopped = false;
    for (const [index, prepared] of jobs.entries()) {
      const jobId = first + index;
      const job = numbered(prepared, jobId);
      const stop = optimizers.firstStop(job.chain);
      const isWaiting = stop.status === 'Waiting';
      const taskQueueId = isWaiting ? yield* queueOf(job, taskQueueIds, nowMs) : null;
      yield* insertJobAs(jobId, {
        ...owned,
        jobType: job.jobType,
        jobGroup: job.jobGroup,
        jobName: job.jobName,
        processingType: job.processingType,
        jobClass: jobClassOf(jobs.length),
        inputDataFiles: job.inputDataFiles,
        site: job.site,
        ...stop,
        userPriority: job.userPriority,
        taskQueueId,
        inputSandboxBytes: bytes.get(jobId) ?? 0,
        atMs: nowMs,
      });
      yield* insertDescription(jobId, job.original, job.processed(jobId));
      if (taskQueueId === null) yield* appendLog(jobId, logOfStop(stop, nowMs));
      else yield* taskQueues.join({ jobId, userPriority: job.userPriority }, taskQueueId, job.requirements);
      yield* recordJobEvent({ jobId, ...owned }, nowMs);
      count(counts, job, stop);
      if (taskQueueId === null) stopped = true;
    }
    if (stopped) yield* optimizers.stopped();
    for (const { jobs: number, ...alike } of counts.values())
      yield* addToCounters({ ...owned, ...alike, rescheduleCounter: 0 }, number);
    return jobs.map((_, index) => first + index);
  };
}

/** Jobs that are alike for the counters. */
interface Counted extends Pick<PreparedJob, 'site' | 'jobType' | 'jobGroup'>, Stop {
  jobs: number;
}

function count(counts: Map<string, Counted>, job: PreparedJob, stop: Stop): void {
  const { site, jobGroup, jobType } = job;
  const key = JSON.stringify([site, jobType, jobGroup, stop.minorStatus]);
  const known = counts.get(key);
  if (known) known.jobs++;
  else counts.set(key, { site, jobType, jobGroup, ...stop, jobs: 1 });
}

/** Jobs of a sweep share their sandboxes; the key is the JSON of the PFNs. */
function jobsBySandboxes(jobs: readonly PreparedJob[], first: number): Map<string, number[]> {
  const found = new Map<string, number[]>();
  jobs.forEach(({ inputSandboxes }, index) => {
    if (inputSandboxes.length === 0) return;
    const jobId = first + index;
    const key = JSON.stringify(inputSandboxes);
    const ids = found.get(key);
    if (ids) ids.push(jobId);
    else found.set(key, [jobId]);
  });
  return found;
}
