/**
 * What the director decided for each batch queue in its last cycle, as data: pure. It keeps the answer for those
 * who ask why a job waits; the counts are those of one VO, so that nobody learns the numbers of others.
 */
import type { PilotInFlight } from './free-pilots.ts';
import type { Failure } from './pilot-back-off.ts';
import { isClogged, type PilotClass, type PlanInput } from './plan-submissions.ts';

/** Pilots of one VO at a batch queue. waiting: on their way; idle: started, no job; busy: with a job. */
export interface PilotCounts {
  readonly waiting: number;
  readonly idle: number;
  readonly busy: number;
}

export const pilotDecisionStates = ['resting', 'full', 'clogged', 'starting', 'open'] as const;

export interface PilotDecision {
  readonly classKey: string;
  readonly decidedAtMs: number;
  /**
   * resting: pilots failed there, so none is sent before `blockedUntilMs`; full: all its pilots are in use;
   * clogged: pilots wait there longer than usual, so none is sent until one starts; starting: as many wait for their
   * start as may; open: more may be sent.
   */
  readonly state: (typeof pilotDecisionStates)[number];
  /** 0 = not resting. */
  readonly blockedUntilMs: number;
  /** What the last failure was, in the words of the computing element; null when there was none of late. */
  readonly failure: string | null;
  /** Whose pilots failed; null: nobody’s in particular. To others the words are not told. */
  readonly failureVo?: string | null;
  /** How long pilots usually wait there for their start; null or missing while none has started. */
  readonly leadMs?: number | null;
  readonly pilots: Readonly<Record<string, PilotCounts>>;
}

export const noPilots: PilotCounts = { waiting: 0, idle: 0, busy: 0 };

const countsOf = (there: readonly PilotInFlight[]): PilotDecision['pilots'] => {
  const counts: Record<string, PilotCounts> = {};
  for (const { vo, state } of there) {
    const known = counts[vo] ?? noPilots;
    counts[vo] = { ...known, [state]: known[state] + 1 };
  }
  return counts;
};

function stateOf(each: PilotClass, there: readonly PilotInFlight[], nowMs: number): PilotDecision['state'] {
  if (each.blockedUntilMs > nowMs) return 'resting';
  if (there.length >= each.maxTotalPilots) return 'full';
  if (isClogged(there)) return 'clogged';
  const waiting = there.filter(({ state }) => state === 'waiting').length;
  return waiting >= each.maxWaitingPilots ? 'starting' : 'open';
}

/** One decision a batch queue to which pilots may be sent at all. */
export function pilotDecisions(
  input: Pick<PlanInput, 'nowMs' | 'classes' | 'inFlight'>,
  failureOf: (classKey: string) => Failure | undefined,
): readonly PilotDecision[] {
  const inFlight = Map.groupBy(input.inFlight, ({ classKey }) => classKey);
  return input.classes.map((each) => {
    const there = inFlight.get(each.key) ?? [];
    const failure = failureOf(each.key);
    const isResting = each.blockedUntilMs > input.nowMs;
    return {
      classKey: each.key,
      decidedAtMs: input.nowMs,
      state: stateOf(each, there, input.nowMs),
      blockedUntilMs: isResting ? each.blockedUntilMs : 0,
      failure: failure?.reason ?? null,
      failureVo: failure?.vo ?? null,
      leadMs: each.leadMs ?? null,
      pilots: countsOf(there),
    };
  });
}
