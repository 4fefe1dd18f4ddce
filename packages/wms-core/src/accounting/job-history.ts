/**
 * The history of jobs (DIRAC's WMSHistory): how many are in which state, looked at again and again. A look stands
 * for the time since the one before, so averages over any time are sums, whatever the pace.
 */
export interface StateCount {
  readonly status: string;
  readonly site: string;
  readonly owner: string;
  readonly ownerGroup: string;
  readonly jobGroup: string;
  readonly minorStatus: string;
  readonly jobType: string;
  readonly jobs: number;
  readonly reschedules: number;
}

const various = 'Various';

function merged(counts: readonly StateCount[], without: 'jobGroup' | 'minorStatus'): readonly StateCount[] {
  const byState = new Map<string, StateCount>();
  for (const count of counts) {
    const kept = { ...count, [without]: various };
    const { jobs, reschedules, ...state } = kept;
    const key = JSON.stringify(state);
    const known = byState.get(key);
    byState.set(
      key,
      known ? { ...known, jobs: known.jobs + jobs, reschedules: known.reschedules + reschedules } : kept,
    );
  }
  return [...byState.values()];
}

/**
 * Job groups are free text, so there may be as many states as jobs. When there are too many, all groups are written
 * as `Various`, then all minor statuses: detail is lost, jobs are not.
 */
export function bounded(counts: readonly StateCount[], most: number): readonly StateCount[] {
  if (counts.length <= most) return counts;
  const withoutGroups = merged(counts, 'jobGroup');
  return withoutGroups.length <= most ? withoutGroups : merged(withoutGroups, 'minorStatus');
}

/** After a longer silence of the server nobody knows what was in between. */
const longestIntervalMs = 86_400_000;

/** The time a look stands for. */
export const intervalOf = (
  lastMs: number,
  nowMs: number,
): { readonly startMs: number; readonly endMs: number } => ({
  startMs: Math.max(lastMs, nowMs - longestIntervalMs),
  endMs: nowMs,
});
