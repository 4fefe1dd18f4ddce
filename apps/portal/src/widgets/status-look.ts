/**
 * How a status looks: family (colour) and shape, complete over every job and pilot status, so that a new
 * status compiles only when it has a look. Shape, word and colour together; portal.md §8.3 is the source.
 */
import type { StatusFamily, StatusShape } from '@wm/ui-kit';
import type { JobStatus, PilotStatus, PilotSummaryStatus } from '@wm/wms-core/vocabulary';

export interface StatusLook {
  readonly family: StatusFamily;
  readonly shape: StatusShape;
}

const look = (family: StatusFamily, shape: StatusShape): StatusLook => ({ family, shape });

export const jobStatusLooks: Readonly<Record<JobStatus, StatusLook>> = {
  Submitting: look('preparing', 'ring'),
  Received: look('preparing', 'ring'),
  Checking: look('preparing', 'ring'),
  Scouting: look('preparing', 'ring'),
  Staging: look('preparing', 'staging'),
  Waiting: look('waiting', 'hourglass'),
  Matched: look('waiting', 'matched'),
  Rescheduled: look('preparing', 'rescheduled'),
  Running: look('running', 'triangle'),
  Stalled: look('warning', 'alert'),
  Completing: look('finishing', 'half'),
  Completed: look('finishing', 'half'),
  Done: look('success', 'check'),
  Failed: look('failure', 'cross'),
  Killed: look('stopped', 'square'),
  Deleted: look('stopped', 'bin'),
};

export const pilotStatusLooks: Readonly<Record<PilotStatus, StatusLook>> = {
  Submitted: look('preparing', 'ring'),
  Waiting: look('waiting', 'hourglass'),
  Running: look('running', 'triangle'),
  Done: look('success', 'check'),
  Failed: look('failure', 'cross'),
  Aborted: look('failure', 'cross'),
  Deleted: look('stopped', 'bin'),
  Unknown: look('preparing', 'ring'),
};

export const pilotSummaryLooks: Readonly<Record<PilotSummaryStatus, StatusLook>> = {
  Good: look('success', 'check'),
  Fair: look('running', 'triangle'),
  Poor: look('waiting', 'hourglass'),
  Bad: look('failure', 'cross'),
  Idle: look('stopped', 'square'),
};

const unknownLook = look('preparing', 'ring');

const lookOf =
  (looks: Readonly<Record<string, StatusLook>>) =>
  (status: string): StatusLook =>
    (Object.hasOwn(looks, status) ? looks[status] : undefined) ?? unknownLook;

/** A status from the wire; one this portal does not know yet looks like "preparing". */
export const jobStatusLook = lookOf(jobStatusLooks);
export const pilotStatusLook = lookOf(pilotStatusLooks);
