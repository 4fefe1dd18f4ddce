/** A clock that tests move by hand. */
import type { Clock } from '../kernel/clock.ts';

export interface FakeClock extends Clock {
  advanceMs(ms: number): void;
  advanceS(seconds: number): void;
}

export function createFakeClock(startMs: number = Date.UTC(2026, 0, 1)): FakeClock {
  let nowMs = startMs;
  return {
    nowMs: () => nowMs,
    advanceMs: (ms) => void (nowMs += ms),
    advanceS: (seconds) => void (nowMs += seconds * 1000),
  };
}
