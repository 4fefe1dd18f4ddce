/** How often something that grows is read again: soon while it grows, ever more rarely while it is quiet. Pure. */

const soonestMs = 3000;
const latestMs = 30_000;
const growth = 1.5;

/** Until the next reading; false = it does not change any more, or is not there yet. */
export function nextReadingMs(
  read: { readonly source: 'live' | 'awaited' | 'kept'; readonly quietReadings: number } | undefined,
): number | false {
  if (read === undefined || read.source === 'kept') return false;
  return Math.min(latestMs, Math.round(soonestMs * growth ** read.quietReadings));
}
