/**
 * The one writer of pilot status: checks the move, writes it, rings the bell and, when the pilot ends, hands its
 * unfinished jobs on in the same transaction. Asked by pilots themselves, by the matcher and by the director.
 */
import type { Accounting } from '../accounting/accounting.service.ts';
import type { Work } from '../db/database.ts';
import { recordEvent } from '../events/event.store.ts';
import type { Clock } from '../kernel/clock.ts';
import { canPilotMove, isFinalPilot } from './pilot-status.ts';
import type { PilotStatus } from './pilot-status.ts';
import { changePilotStatus, noteWaitingReason, setCurrentJob, takenJobs } from './pilot.store.ts';
import type { StoredPilot } from './pilot.store.ts';

/** Gives back what the pilot left unfinished. `reason` is a sentence for the jobs' logging info. */
export type OnPilotEnded = (stamp: string, reason: string) => Work<void>;

export interface PilotMoves {
  /** False when the pilot may not move so (it is final, or has the status already): nothing is written then. */
  move(pilot: StoredPilot, status: PilotStatus, reason: string): Work<boolean>;
  /** It waits on, for another reason. */
  waitsBecause(pilot: Pick<StoredPilot, 'stamp' | 'vo'>, reason: string): Work<void>;
  /** A job was given to the pilot: it runs, whatever its computing element says. */
  matched(pilot: Pick<StoredPilot, 'stamp' | 'vo'>, jobId: number): Work<void>;
}

export interface PilotMovesParts {
  readonly clock: Clock;
  readonly onPilotEnded: OnPilotEnded;
  readonly accounting: Pick<Accounting, 'pilotEnded'>;
}

export const createPilotMoves = ({ clock, onPilotEnded, accounting }: PilotMovesParts): PilotMoves => {
  function* ring(pilot: Pick<StoredPilot, 'stamp' | 'vo'>): Work<void> {
    yield* recordEvent({
      noun: 'pilot',
      id: pilot.stamp,
      vo: pilot.vo,
      owner: null,
      ownerGroup: null,
      atMs: clock.nowMs(),
    });
  }

  function* move(pilot: StoredPilot, status: PilotStatus, reason: string): Work<boolean> {
    if (!canPilotMove(pilot.status, status)) return false;
    const isFinal = isFinalPilot(status);
    const nowMs = clock.nowMs();
    const taken = isFinal ? yield* takenJobs(pilot.stamp) : undefined;
    const change = { status, reason, atMs: nowMs, jobsTaken: taken?.jobs };
    if (!(yield* changePilotStatus(pilot.stamp, change))) return false;
    yield* ring(pilot);
    if (taken === undefined) return true;
    yield* accounting.pilotEnded({ ...pilot, taken }, status, nowMs);
    yield* onPilotEnded(pilot.stamp, reason);
    return true;
  }

  return {
    move,
    *waitsBecause(pilot, reason) {
      yield* noteWaitingReason(pilot.stamp, reason);
      yield* ring(pilot);
    },
    *matched(pilot, jobId) {
      yield* setCurrentJob(pilot.stamp, jobId, clock.nowMs());
      yield* ring(pilot);
    },
  };
};
