/** Judges things that end at an instant: how many have ended, how many will soon. Shared by checks. */
import type { Expiring } from './health-facts.ts';

export interface Expiry {
  readonly ended: readonly string[];
  readonly endSoon: readonly string[];
}

export function expiryOf(things: readonly Expiring[], nowMs: number, soonMs: number): Expiry {
  const named = (found: readonly Expiring[]): readonly string[] => found.map(({ name }) => name);
  return {
    ended: named(things.filter(({ endsAtMs }) => endsAtMs <= nowMs)),
    endSoon: named(things.filter(({ endsAtMs }) => endsAtMs > nowMs && endsAtMs <= nowMs + soonMs)),
  };
}
