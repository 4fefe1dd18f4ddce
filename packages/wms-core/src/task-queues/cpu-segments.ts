/**
 * CPU time is rounded up to a few segments so that jobs with nearly equal wishes share a task queue
 * (wms.md §5.1). All numbers are normalised CPU seconds.
 */
const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

export const cpuTimeSegmentsS: readonly number[] = [
  6 * minute,
  30 * minute,
  hour,
  6 * hour,
  12 * hour,
  day,
  2 * day,
  3 * day,
  4 * day,
  6 * day,
  8 * day,
  10 * day,
  12.5 * day,
];

const longestS = cpuTimeSegmentsS.at(-1)!;

/** The first segment that holds the wish; a wish above all of them gets the longest. */
export const cpuTimeSegmentS = (cpuTimeS: number): number =>
  cpuTimeSegmentsS.find((segmentS) => segmentS >= cpuTimeS) ?? longestS;
