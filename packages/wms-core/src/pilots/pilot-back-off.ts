/** How long a batch queue rests after pilots failed there: doubled with every failure, forgotten on success. */
const firstRestMs = 10_000;
const longestRestMs = 3_600_000;

export interface BackOff {
  /** `reason`: a sentence that says what failed; `vo`: whose pilots did. */
  readonly failed: (classKey: string, nowMs: number, failure: Failure) => void;
  readonly succeeded: (classKey: string) => void;
  /** 0 = open. */
  readonly blockedUntilMs: (classKey: string) => number;
  /** The last failure; undefined when a pilot succeeded since. */
  readonly failure: (classKey: string) => Failure | undefined;
}

export interface Failure {
  readonly reason: string;
  /** null: nobody’s in particular. */
  readonly vo: string | null;
}

interface Rest {
  readonly failures: number;
  readonly untilMs: number;
  readonly failure: Failure;
}

export const createBackOff = (): BackOff => {
  const rests = new Map<string, Rest>();
  return {
    failed: (classKey, nowMs, failure) => {
      const before = rests.get(classKey);
      // Pilots that were sent together fail together: that is one failure.
      if (before !== undefined && before.untilMs > nowMs) return;
      const failures = (before?.failures ?? 0) + 1;
      const restMs = Math.min(firstRestMs * 2 ** (failures - 1), longestRestMs);
      rests.set(classKey, { failures, untilMs: nowMs + restMs, failure });
    },
    succeeded: (classKey) => void rests.delete(classKey),
    blockedUntilMs: (classKey) => rests.get(classKey)?.untilMs ?? 0,
    failure: (classKey) => rests.get(classKey)?.failure,
  };
};
