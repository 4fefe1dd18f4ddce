/**
 * What can be done with a job in its state, and why not otherwise, known before the server is asked; the
 * server decides again. Also when a question is put first (portal.md §8.2).
 */
import { isPayloadFinal, stateAllows, type JobAction, type JobStatus } from '@wm/wms-core/vocabulary';

export type Availability = { readonly allowed: true } | { readonly allowed: false; readonly reason: string };

const yes: Availability = { allowed: true };
const no = (reason: string): Availability => ({ allowed: false, reason });

/** Who is looking, as far as rights on jobs go. */
export interface Viewer {
  readonly userName: string;
  readonly group: string;
  readonly properties: readonly string[];
}

export interface OwnedJob {
  readonly status: JobStatus | undefined;
  readonly owner: string;
  readonly ownerGroup: string;
}

export const isAdministrator = (viewer: Viewer): boolean => viewer.properties.includes('JobAdministrator');

/** wms.md §9.2: the owner in any group of the VO, the group of the job when it shares jobs, administrators. */
export const mayManage = (viewer: Viewer, job: OwnedJob): boolean =>
  isAdministrator(viewer) ||
  job.owner === viewer.userName ||
  (job.ownerGroup === viewer.group && viewer.properties.includes('JobSharing'));

export function actionByState(action: JobAction, status: JobStatus | undefined): Availability {
  if (status === undefined || stateAllows(action, status).allowed) return yes;
  if (action === 'remove') return no(`not while ${status}; kill it first`);
  if (status === 'Deleted') return no('already deleted');
  return no(isPayloadFinal(status) ? `already ${status}` : `not while ${status}`);
}

export function actionAvailability(action: JobAction, job: OwnedJob, viewer: Viewer): Availability {
  if (!mayManage(viewer, job)) return no('not yours');
  if (action === 'reset' && !isAdministrator(viewer)) return no('for administrators');
  return actionByState(action, job.status);
}

const neverStarted: readonly JobStatus[] = [
  'Submitting',
  'Received',
  'Checking',
  'Scouting',
  'Staging',
  'Waiting',
];

/** Output of the payload or its pilot can exist only after a pilot took the job. */
export const pilotAvailability = (status: JobStatus | undefined): Availability =>
  status !== undefined && neverStarted.includes(status) ? no('has not started') : yes;

export function peekAvailability(status: JobStatus | undefined): Availability {
  return status === 'Matched' ? no('has not started') : pilotAvailability(status);
}

export function outputAvailability(status: JobStatus | undefined): Availability {
  const started = pilotAvailability(status);
  if (!started.allowed) return started;
  return status === 'Matched' || status === 'Running' || status === 'Rescheduled' ? no('not finished') : yes;
}

export const actionWords: Readonly<
  Record<JobAction, { readonly verb: string; readonly done: string; readonly effect: string }>
> = {
  kill: {
    verb: 'Kill',
    done: 'killed',
    effect: 'A running payload is stopped; the record and its output so far stay.',
  },
  delete: {
    verb: 'Delete',
    done: 'deleted',
    effect: 'The jobs are stopped if they still run, and are removed for good after the time of grace.',
  },
  reschedule: {
    verb: 'Reschedule',
    done: 'rescheduled',
    effect: 'The jobs go back to the queue and run again from the start.',
  },
  reset: {
    verb: 'Reset',
    done: 'reset',
    effect: 'The jobs run again from the start, and how often they were tried is forgotten.',
  },
  remove: {
    verb: 'Remove',
    done: 'removed',
    effect: 'Everything known of the jobs is erased, their sandboxes too. This cannot be undone.',
  },
};

/** In the order of menus; the last two are for administrators. */
export const usersActions = ['reschedule', 'kill', 'delete'] as const satisfies readonly JobAction[];
export const administratorsActions = ['reset', 'remove'] as const satisfies readonly JobAction[];

/** Ends something: its button is red. */
export const isDangerous = (action: JobAction): boolean => action === 'delete' || action === 'remove';

/** Above this many the number itself must be typed. */
export const typeNumberAbove = 100;

export type Question = 'none' | 'ask' | 'type-number';

/** A payload may run: an end of it is for good. */
export const mayRun = (status: JobStatus | undefined): boolean =>
  status === 'Running' || status === 'Completing' || status === 'Stalled' || status === 'Matched';

/**
 * The number for very many; else a question for what no undo brings back, and for more than one job. A deletion of jobs
 * that do not run is taken back in a moment, so it asks nothing.
 */
export function questionFor(
  action: JobAction,
  statuses: readonly (JobStatus | undefined)[],
  count: number,
): Question {
  if (count > typeNumberAbove) return 'type-number';
  const isForGood = action === 'remove' || statuses.some((status) => status === undefined || mayRun(status));
  if (action === 'delete') return isForGood ? 'ask' : 'none';
  return count > 1 || isForGood ? 'ask' : 'none';
}

export const jobsWord = (count: number): string =>
  `${count.toLocaleString('en')} ${count === 1 ? 'job' : 'jobs'}`;
