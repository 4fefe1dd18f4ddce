/**
 * Writes the director's decisions where every server process can read them: those that changed, and mere counts
 * of pilots only now and then, since under load they change with every cycle.
 */
import type { Database } from '../db/database.ts';
import type { Clock } from '../kernel/clock.ts';
import type { PilotDecision } from './pilot-decisions.ts';
import { savePilotDecision } from './pilot-decision.store.ts';

export type KeepDecisions = (decisions: readonly PilotDecision[]) => Promise<void>;

/** Counts may be so old. */
const countsEveryMs = 2000;

const verdictOf = ({ state, blockedUntilMs, failure }: PilotDecision): string =>
  JSON.stringify([state, blockedUntilMs, failure]);
const countsOf = ({ pilots }: PilotDecision): string => JSON.stringify(pilots);

export function createDecisionRecord(parts: {
  readonly database: Database;
  readonly clock: Clock;
}): KeepDecisions {
  const kept = new Map<string, PilotDecision>();

  const isDue = (decision: PilotDecision): boolean => {
    const known = kept.get(decision.classKey);
    if (!known || verdictOf(known) !== verdictOf(decision)) return true;
    return countsOf(known) !== countsOf(decision) && parts.clock.nowMs() - known.decidedAtMs >= countsEveryMs;
  };

  return async (decisions) => {
    const due = decisions.filter(isDue);
    if (due.length === 0) return;
    await parts.database.write(function* () {
      for (const decision of due) yield* savePilotDecision(decision);
    });
    for (const decision of due) kept.set(decision.classKey, decision);
  };
}
