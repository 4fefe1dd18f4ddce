/**
 * What the state of a pilot at its computing element, beside what it said itself, means for its record: pure.
 * Asked by the pilot director for every pilot it polls.
 */
import type { PilotStateAtElement } from '../computing/computing-element.ts';
import { longestReason, type PilotStatus } from './pilot-status.ts';

export interface PolledPilot {
  readonly status: PilotStatus;
  readonly statusReason: string;
  readonly submittedAtMs: number;
  readonly registeredAtMs: number | null;
  readonly lastUpdateAtMs: number;
  readonly maxWallTimeS: number;
  /** Last request of the pilot, or the start of this server when that is later. */
  readonly lastSeenAtMs: number;
}

export interface PilotVerdict {
  readonly move?: { readonly status: PilotStatus; readonly reason: string };
  /** It stays as it is, for another reason than before. */
  readonly note?: string;
  /** End its process. */
  readonly kill?: boolean;
  /** The batch queue is not to be trusted for a while. */
  readonly failed?: boolean;
}

/** A pilot registers within seconds of its start. */
const registerWithinMs = 600_000;
/** What the CE does not know for so long is given up. */
const unknownForMs = 3_600_000;
/** Since its submission: a batch system that is being set up may mean something else soon. */
const hopelessForMs = 600_000;
/** The pilot ends in time by itself; this is for those that do not. */
const wallTimeMarginMs = 300_000;

export const pilotVerdict = (
  pilot: PolledPilot,
  state: PilotStateAtElement,
  nowMs: number,
  lostAfterS: number,
): PilotVerdict => {
  switch (state.status) {
    case 'Waiting':
      return waitingVerdict(pilot, state, nowMs);
    case 'Unknown':
      return unknownVerdict(pilot, state, nowMs);
    case 'Running':
      return runningVerdict(pilot, state, nowMs, lostAfterS);
    default:
      return endedVerdict(pilot, state.status, state.reason);
  }
};

/** Batch systems change their mind about why a job waits: "Priority" at first, "PartitionTimeLimit" for ever. */
const waitingVerdict = (pilot: PolledPilot, state: PilotStateAtElement, nowMs: number): PilotVerdict => {
  const { status, statusReason, submittedAtMs, lastUpdateAtMs } = pilot;
  if (state.isHopeless && nowMs - Math.max(submittedAtMs, lastUpdateAtMs) > hopelessForMs)
    return {
      move: { status: 'Aborted', reason: `It could never start. ${state.reason}` },
      kill: true,
      failed: true,
    };
  const reason = state.reason.slice(0, longestReason);
  if (status === 'Submitted' || status === 'Unknown') return { move: { status: 'Waiting', reason } };
  return status === 'Waiting' && statusReason !== reason ? { note: reason } : {};
};

const endedVerdict = (
  pilot: PolledPilot,
  status: 'Done' | 'Failed' | 'Aborted',
  reason: string,
): PilotVerdict => {
  // It may have been killed alone: what it started must end too.
  const kill = status === 'Aborted';
  if (pilot.registeredAtMs !== null) return { move: { status, reason }, kill };
  return { move: { status: 'Aborted', reason: `It never registered. ${reason}` }, kill, failed: true };
};

const unknownVerdict = (pilot: PolledPilot, state: PilotStateAtElement, nowMs: number): PilotVerdict => {
  if (pilot.status !== 'Unknown') return { move: { status: 'Unknown', reason: state.reason } };
  if (nowMs - Math.max(pilot.lastUpdateAtMs, pilot.lastSeenAtMs) < unknownForMs) return {};
  return {
    move: { status: 'Aborted', reason: 'The computing element has not known it for an hour.' },
    kill: true,
  };
};

const runningVerdict = (
  pilot: PolledPilot,
  state: PilotStateAtElement,
  nowMs: number,
  lostAfterS: number,
): PilotVerdict => {
  if (pilot.registeredAtMs === null) {
    // Not since the submission: it may have waited in the batch queue for days.
    if (pilot.status !== 'Running') return { move: { status: 'Running', reason: state.reason } };
    if (nowMs - pilot.lastUpdateAtMs <= registerWithinMs) return {};
    return {
      move: { status: 'Aborted', reason: 'It runs, but did not register within ten minutes.' },
      kill: true,
      failed: true,
    };
  }
  if (nowMs - pilot.registeredAtMs > pilot.maxWallTimeS * 1000 + wallTimeMarginMs) {
    return { move: { status: 'Deleted', reason: 'It ran longer than its batch queue allows.' }, kill: true };
  }
  if (nowMs - pilot.lastSeenAtMs > lostAfterS * 1000) {
    return {
      move: { status: 'Deleted', reason: `It gave no sign of life for ${lostAfterS} s.` },
      kill: true,
    };
  }
  return pilot.status === 'Unknown' ? { move: { status: 'Running', reason: state.reason } } : {};
};
