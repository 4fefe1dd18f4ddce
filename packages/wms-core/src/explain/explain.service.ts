/**
 * "Why is my job waiting?" and "where would this draft fit?": computed when asked (ADR 0016), from the matcher's own
 * rules. Who may see the job may read its explanation; no name of another user and no number of another VO is in it,
 * and of what concerns others only what the asker may know (`reader-of.ts`).
 */
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import type { Database, Work } from '../db/database.ts';
import { hasProperty, type UserPrincipal } from '../identity/principal.ts';
import { demandOf } from '../jobs/job-requirements.ts';
import { maySeeJob } from '../jobs/job-rights.ts';
import { attemptRunningStatuses, type JobStatus } from '../jobs/job-status.ts';
import { findDescription } from '../jobs/job-description.service.ts';
import { findJob, type JobRow } from '../jobs/job.store.ts';
import { minorStatusHint } from '../jobs/minor-status.ts';
import type { Clock } from '../kernel/clock.ts';
import { WmsError } from '../kernel/wms-error.ts';
import { readerOf } from '../matching/reader-of.ts';
import type { TaskQueue, TaskQueueRequirements } from '../task-queues/task-queue.ts';
import type { CurrentExplanation, DryRun, ExplainUseCases, JobExplanation, KeptLook } from '../use-cases.ts';
import { hasFreePilot } from './causes/pilots.ts';
import { credentialFor } from './credential-for.ts';
import { checkDraft } from './dry-run.ts';
import { estimateStart, type Estimate, type LineAhead } from './estimate.ts';
import { explainFit, explainView, viewOf } from './explain-waiting.ts';
import type { ExplainWorld } from './explain-world.service.ts';
import { digestOf, readLineAhead, readLooks, readWait, type Wait } from './explain.store.ts';
import type { MatchMeter } from './match-meter.ts';
import { createMatchRates } from './match-rates.service.ts';
import type { OwnerCredential } from './owner-credential.service.ts';
import { fitting } from './requirement-table.ts';
import { isHeldBack, type ExplainedJob, type Fault } from './world.ts';
import { spanText } from './words.ts';

export interface ExplainParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly configuration: { current(): ConfigurationSnapshot };
  readonly world: ExplainWorld;
  readonly weighedQueues: () => readonly TaskQueue[];
  readonly findTaskQueue: (taskQueueId: number) => TaskQueue | undefined;
  readonly meter: MatchMeter;
  readonly ownerCredential: OwnerCredential;
  /** What is wrong with the input data of a job; left out while the installation knows nothing of data. */
  readonly inputDataFault?: ((jobId: number) => Promise<Fault | null>) | undefined;
}

interface Found {
  readonly job: JobRow;
  readonly wait: Wait;
  readonly requirements: TaskQueueRequirements;
  readonly looks: readonly KeptLook[];
  readonly ahead: LineAhead | null;
}

const mostLooks = 20;
/** Less than this is no wait. */
const atOnceMs = 1000;

const preparing: readonly JobStatus[] = [
  'Submitting',
  'Received',
  'Checking',
  'Scouting',
  'Staging',
  'Rescheduled',
];

const noLine: LineAhead = { higher: 0, older: 0, isAtLeast: false };

export function createExplainService(parts: ExplainParts): ExplainUseCases {
  const { clock, configuration, database, world } = parts;
  const matchRates = createMatchRates(parts);

  function* find(principal: UserPrincipal, jobId: number): Work<Found> {
    const job = yield* findJob(jobId);
    const { jobVisibility } = configuration.current().values;
    if (!job || !maySeeJob(principal, jobVisibility, job))
      throw new WmsError('job.not-found', `There is no job ${jobId}.`, { jobId });
    const wait = (yield* readWait(jobId)) ?? { sinceMs: job.lastUpdateAtMs, matchedAtMs: null };
    const requirements = yield* requirementsOf(job);
    const untilMs = wait.matchedAtMs ?? clock.nowMs();
    const looks = yield* readLooks(digestOf(requirements), wait.sinceMs, untilMs, mostLooks);
    return {
      job,
      wait,
      requirements,
      looks: looks.map(({ causes, firstAtMs, lastAtMs }) => ({
        fromMs: Math.max(firstAtMs, wait.sinceMs),
        untilMs: Math.min(lastAtMs, untilMs),
        causes,
      })),
      ahead: job.taskQueueId === null ? null : yield* readLineAhead(job.taskQueueId, job.userPriority, jobId),
    };
  }

  function* requirementsOf({ jobId, taskQueueId }: JobRow): Work<TaskQueueRequirements> {
    const known = taskQueueId === null ? undefined : parts.findTaskQueue(taskQueueId);
    if (known) return known;
    const description = yield* findDescription(jobId);
    if (!description) throw new Error(`job ${jobId} has no description`);
    return demandOf(description.processed).requirements;
  }

  const readerFor = (principal: UserPrincipal) => readerOf(principal, configuration.current().values);

  async function explainNow(
    principal: UserPrincipal,
    { ahead, job, requirements, wait }: Found,
  ): Promise<CurrentExplanation> {
    const taskQueue = job.taskQueueId === null ? undefined : parts.findTaskQueue(job.taskQueueId);
    const [current, credential, inputData] = await Promise.all([
      world.current(),
      parts.ownerCredential(job),
      parts.inputDataFault?.(job.jobId) ?? null,
    ]);
    const alone: ExplainedJob = {
      requirements,
      held: heldFault(job),
      credential: credentialFor(principal, job, credential),
      inputData,
      ahead,
      rivals: null,
      shares: [],
    };
    const view = viewOf({ ...current, reader: readerFor(principal) }, alone);
    const rates = taskQueue ? await matchRates(taskQueue, wait.sinceMs) : [];
    const isHeld = isHeldBack(alone);
    const contest =
      isHeld || !taskQueue ? undefined : world.contestOf(taskQueue, fitting(view.admitted), rates.at(-1));
    const full = { ...view, job: { ...alone, ...contest } };
    const { rivals } = full.job;
    return {
      ...explainView(full),
      line: taskQueue && rivals ? { ...(ahead ?? noLine), queueJobs: taskQueue.waitingJobs, rivals } : null,
      estimate: estimateOf(full.open.length > 0 && !isHeld, hasFreePilot(full) && rivals?.queues === 0),
    };

    function estimateOf(canStart: boolean, isNext: boolean | undefined): Estimate {
      if (!canStart) return { kind: 'none', reason: 'It cannot start as things are.' };
      const line = ahead ?? noLine;
      if (isNext === true && line.higher + line.older === 0)
        return { kind: 'none', reason: 'A free pilot that fits is there: it should start at any moment.' };
      return estimateStart(line, rates, clock.nowMs());
    }
  }

  async function job(principal: UserPrincipal, jobId: number): Promise<JobExplanation> {
    const found = await database.read(() => find(principal, jobId));
    const { status, minorStatus } = found.job;
    const isWaiting = status === 'Waiting' || preparing.includes(status);
    const now = isWaiting ? await explainNow(principal, found) : null;
    return {
      jobId,
      status,
      minorStatus,
      atMs: clock.nowMs(),
      headline: now?.headline ?? pastHeadline(found),
      waitingSinceMs: found.wait.sinceMs,
      waitedUntilMs: isWaiting ? null : waitedUntilMs(found),
      now,
      looks: found.looks,
    };
  }

  async function dryRun(principal: UserPrincipal, jdl: string): Promise<DryRun> {
    if (!hasProperty(principal, 'NormalUser'))
      throw new WmsError('access.denied', `Members of ${principal.group} may not submit jobs.`);
    const { jobs, problems, wishes } = await checkDraft(jdl, principal, configuration.current().values);
    const current = { ...(await world.current()), reader: readerFor(principal) };
    const fits = wishes.map((wish) => explainFit(current, wish));
    const [worst] = fits.toSorted((a, b) => a.fits.sites - b.fits.sites);
    return { jobs, problems, fit: worst ?? null };
  }

  return { job, dryRun };
}

function heldFault({ minorStatus, status }: JobRow): Fault | null {
  if (!preparing.includes(status)) return null;
  const hint = minorStatusHint(minorStatus) ?? `The job is ${status}: ${minorStatus}.`;
  const isUnconfirmed = status === 'Submitting';
  return {
    sentence: hint,
    remedy: isUnconfirmed ? 'Confirm the submission with the client that began it, or submit again.' : null,
    endsAtMs: null,
  };
}

const waitedUntilMs = ({ job, wait }: Found): number | null => {
  if (wait.matchedAtMs !== null) return wait.matchedAtMs;
  return (attemptRunningStatuses as readonly JobStatus[]).includes(job.status) ? null : job.endExecAtMs;
};

/** `Waited 12 min: …`, in the words of the last look. */
function pastHeadline(found: Found): string {
  const untilMs = waitedUntilMs(found);
  if (found.wait.matchedAtMs !== null && found.wait.matchedAtMs - found.wait.sinceMs < atOnceMs)
    return 'A pilot took it at once.';
  const waited = untilMs === null ? 'Waited' : `Waited ${spanText(untilMs - found.wait.sinceMs)}`;
  const end = found.wait.matchedAtMs === null && untilMs !== null ? ' and never started' : '';
  const main = found.looks.at(-1)?.causes[0]?.sentence;
  return main === undefined ? `${waited}${end}.` : `${waited}${end}: ${main}`;
}
