/**
 * When may a waiting job start? From the jobs ahead of it and from how many were taken of late, as a range: half of
 * such jobs start before the first instant, nine of ten before the second. Pure.
 *
 * With k jobs taken in a time T, the time until the next n are taken is a ratio of two gamma variables; its logarithm
 * has a known mean and variance, and is taken as normal. So few observations give a wide range by themselves.
 */

/** Jobs of the same task queue that are taken before. */
export interface LineAhead {
  readonly higher: number;
  readonly older: number;
  /** There are more older ones than were counted. */
  readonly isAtLeast: boolean;
}

/** Jobs taken in the time before now. */
export interface MatchRate {
  /** For users: whose jobs, such as `jobs of this task queue`. */
  readonly of: string;
  readonly taken: number;
  readonly overMs: number;
  /** The part of these that fell, or would fall, to the job's own task queue; in (0, 1]. */
  part(): number;
}

export type Estimate =
  | {
      readonly kind: 'range';
      readonly p50AtMs: number;
      readonly p90AtMs: number;
      /** A sentence: what it rests on. */
      readonly basis: string;
    }
  | { readonly kind: 'none'; readonly reason: string };

/** Fewer jobs taken say nothing. */
const fewestTaken = 3;
/** Beyond this an estimate is no help. */
const longestMs = 30 * 86_400_000;
const p90 = 1.281_551_6;

/** Digamma and trigamma for x > 0: recurrence up to 6, then the asymptotic series. */
export function digamma(x: number): number {
  if (x < 6) return digamma(x + 1) - 1 / x;
  const square = 1 / (x * x);
  return Math.log(x) - 1 / (2 * x) - square * (1 / 12 - square * (1 / 120 - square / 252));
}

export function trigamma(x: number): number {
  if (x < 6) return trigamma(x + 1) + 1 / (x * x);
  const square = 1 / (x * x);
  return 1 / x + square / 2 + (square / x) * (1 / 6 - square * (1 / 30 - square / 42));
}

/** The first rate that has enough to say decides: give the nearest to the job first. */
export function estimateStart(ahead: LineAhead, rates: readonly MatchRate[], nowMs: number): Estimate {
  const rate = rates.find(({ taken, overMs }) => taken >= fewestTaken && overMs > 0);
  if (!rate)
    return {
      kind: 'none',
      reason: 'Too few jobs like this one were taken of late to say when it may start.',
    };
  const place = ahead.higher + ahead.older + 1;
  const mean = Math.log(rate.overMs / rate.part()) + digamma(place) - digamma(rate.taken + 0.5);
  const spread = Math.sqrt(trigamma(place) + trigamma(rate.taken + 0.5));
  const p50Ms = Math.exp(mean);
  if (p50Ms > longestMs)
    return { kind: 'none', reason: 'At the pace of late it would take more than a month.' };
  return {
    kind: 'range',
    p50AtMs: Math.round(nowMs + p50Ms),
    p90AtMs: Math.round(nowMs + Math.min(Math.exp(mean + p90 * spread), 3 * longestMs)),
    basis: basisText(rate, ahead),
  };
}

function basisText({ of, overMs, taken }: MatchRate, ahead: LineAhead): string {
  const minutes = Math.max(1, Math.round(overMs / 60_000));
  const first = ahead.higher + ahead.older;
  const line =
    first === 0 ? 'none ahead' : `${ahead.isAtLeast ? 'at least ' : ''}${first.toLocaleString('en')} ahead`;
  return `It rests on ${taken.toLocaleString('en')} ${of} taken in the last ${minutes} min, with ${line} of it.`;
}
