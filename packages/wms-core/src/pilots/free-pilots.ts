/**
 * The pilots under way that have no job, by queue and VO, from which a plan takes those that will serve demand: pure.
 * Asked by `plan-submissions.ts`, for every task queue that waits; so looking is cheap and taking is exact.
 */
/** A pilot that has not ended. */
export interface PilotInFlight {
  readonly classKey: string;
  readonly vo: string;
  /** waiting: not started; idle: started, no job; busy: holds a job, so it takes no part of the demand. */
  readonly state: 'waiting' | 'idle' | 'busy';
  readonly cpuTimeLeftS: number;
  /** Waits longer than usual there: nobody counts on it. */
  readonly isOverdue?: boolean;
}

export interface FreePilots {
  /**
   * Takes up to `most` pilots of the queue for the VO and tells their number: those that have enough time left, the
   * tightest first, so that long pilots stay for long jobs. More time must never be refused where less is taken.
   */
  take(classKey: string, vo: string, most: number, lasts: (cpuTimeLeftS: number) => boolean): number;
}

const keyOf = (classKey: string, vo: string): string => `${vo}\0${classKey}`;

/** First index at which `isEnough` holds; the times grow. */
function firstEnough(times: readonly number[], isEnough: (time: number) => boolean): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isEnough(times[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}

export function createFreePilots(inFlight: readonly PilotInFlight[]): FreePilots {
  const times = new Map<string, number[]>();
  for (const { classKey, vo, state, cpuTimeLeftS, isOverdue } of inFlight) {
    if (state === 'busy' || isOverdue === true) continue;
    const key = keyOf(classKey, vo);
    const known = times.get(key);
    if (known === undefined) times.set(key, [cpuTimeLeftS]);
    else known.push(cpuTimeLeftS);
  }
  for (const each of times.values()) each.sort((a, b) => a - b);
  return {
    take(classKey, vo, most, lasts) {
      const there = times.get(keyOf(classKey, vo));
      if (there === undefined || most <= 0) return 0;
      return there.splice(firstEnough(there, lasts), most).length;
    },
  };
}
