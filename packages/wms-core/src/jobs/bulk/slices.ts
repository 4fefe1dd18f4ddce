/** How a bulk is cut into slices, each of which is made in one transaction. Pure. */
import type { BulkRow } from './bulk.store.ts';

/** Jobs of a slice; slices are numbered, so that none is made twice. */
export const sliceLength = 256;

export const sliceCount = ({ jobCount }: Pick<BulkRow, 'jobCount'>): number =>
  Math.ceil(jobCount / sliceLength);

export const sliceOf = (index: number): number => Math.floor(index / sliceLength);

/** First and behind the last place of a slice. */
export function placesOf({ jobCount }: Pick<BulkRow, 'jobCount'>, slice: number): readonly [number, number] {
  return [slice * sliceLength, Math.min((slice + 1) * sliceLength, jobCount)];
}
