/**
 * Time buckets: in which one an instant falls, and how a record is shared out over those it touches. Whole numbers
 * stay whole and their sums stay what they were, so that buckets can be added, and made coarser, for ever.
 */
import type { BucketWidth } from './record-type.ts';

export interface Bucket {
  readonly startMs: number;
  readonly widthMs: number;
}

export interface Share extends Bucket {
  /** In the order of the values given. */
  readonly values: readonly number[];
}

/** The bucket of an instant, as wide as its age asks for; the oldest ones are as wide as the last row says. */
export function bucketAt(widths: readonly BucketWidth[], atMs: number, nowMs: number): Bucket {
  const ageMs = nowMs - atMs;
  const widthMs = (widths.find(({ untilAgeMs }) => ageMs < untilAgeMs) ?? widths.at(-1))?.widthMs ?? 1;
  return { startMs: Math.floor(atMs / widthMs) * widthMs, widthMs };
}

/**
 * Shares values out over the buckets between two instants in proportion to the time in each. A record without
 * length falls into one bucket whole. Rounding is carried along, so that every sum is exact.
 */
export function spread(
  widths: readonly BucketWidth[],
  record: { readonly startMs: number; readonly endMs: number; readonly values: readonly number[] },
  nowMs: number,
): readonly Share[] {
  const { startMs, endMs, values } = record;
  const lengthMs = endMs - startMs;
  if (lengthMs <= 0) return [{ ...bucketAt(widths, endMs, nowMs), values }];
  const shares: Share[] = [];
  let given = values.map(() => 0);
  let atMs = startMs;
  while (atMs < endMs) {
    const bucket = bucketAt(widths, atMs, nowMs);
    atMs = Math.min(bucket.startMs + bucket.widthMs, endMs);
    const part = (atMs - startMs) / lengthMs;
    const due = values.map((whole) => (atMs === endMs ? whole : Math.floor(whole * part)));
    const before = given;
    shares.push({ ...bucket, values: due.map((sum, index) => sum - (before[index] ?? 0)) });
    given = due;
  }
  return shares;
}

/** The instant before which buckets of a width have to end to be made coarser, or dropped when it is the last. */
export const endsBefore = ({ untilAgeMs }: BucketWidth, nowMs: number): number => nowMs - untilAgeMs;
