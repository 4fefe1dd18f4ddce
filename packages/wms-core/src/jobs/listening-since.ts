/**
 * Since when this server has been able to hear its pilots without a break: since its start, or since it woke from
 * a suspension. Silence before that says nothing about a pilot. Pure; the composition root beats it.
 */
import type { Clock } from '../kernel/clock.ts';

/** UTC epoch milliseconds. */
export type ListeningSince = () => number;

export interface Listening {
  readonly sinceMs: ListeningSince;
  /** To be called every few seconds; a long pause between two calls means the process stood still. */
  beat(): void;
}

/** Heartbeats of pilots wait in the socket for a while, so a short stop loses nothing. */
const longestPauseMs = 30_000;

export function createListening(clock: Clock): Listening {
  let sinceMs = clock.nowMs();
  let lastBeatMs: number | undefined;
  function beat(): void {
    const nowMs = clock.nowMs();
    if (lastBeatMs !== undefined && nowMs - lastBeatMs > longestPauseMs) sinceMs = nowMs;
    lastBeatMs = nowMs;
  }
  return {
    beat,
    sinceMs() {
      // Who asks first after a suspension must not get the answer of before.
      if (lastBeatMs !== undefined) beat();
      return sinceMs;
    },
  };
}
