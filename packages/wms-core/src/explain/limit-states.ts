/**
 * Limits of the configuration as they stand now, in words a user may read: a count that would tell of other VOs is
 * left out. Pure.
 */
import type { RunningLimit } from '../configuration/schema.ts';
import { limitsOf, type RunningLimits } from '../matching/running-limits.ts';
import type { LimitState } from './world.ts';

/** Names of groups may repeat across VOs, and a limit goes by the name alone: only a VO bounds what it counts. */
const isOfOneVo = ({ vo }: RunningLimit): boolean => vo !== undefined;

/** Worded alike whether other VOs have such a group or not. */
const groupText = ({ group, vo }: RunningLimit): string =>
  group === undefined ? '' : vo === undefined ? `of all groups named ${group}` : `of group ${group}`;

function scopeOf(limit: RunningLimit): string {
  const { computingElement, jobType, owner, site, vo } = limit;
  return [
    jobType === undefined ? 'jobs' : `jobs of type ${jobType}`,
    owner === undefined ? '' : 'of the same owner',
    groupText(limit),
    vo === undefined ? '' : `of ${vo}`,
    computingElement === undefined ? '' : `on ${computingElement}`,
    site === undefined ? '' : `at ${site}`,
  ]
    .filter(Boolean)
    .join(' ');
}

type Known = Pick<RunningLimits, 'isReached' | 'running'>;

/** One state for the number that runs, one for the time between two starts. */
export function limitStates(
  limits: readonly RunningLimit[],
  known: Known,
  nowMs: number,
): readonly LimitState[] {
  return limits.flatMap((limit, position) => {
    const { maxRunning, minIntervalS } = limit;
    const state = (what: string, of: RunningLimit, words: string): LimitState => ({
      limitId: `${position} ${what}`,
      isReached: known.isReached(of, nowMs),
      givesWay: of.maxRunning !== 0,
      words,
      appliesTo: (place, queue) => limitsOf([limit], queue, place).length > 0,
    });
    const states: LimitState[] = [];
    const scope = scopeOf(limit);
    if (maxRunning !== undefined) {
      const count = isOfOneVo(limit) ? `${known.running(limit)} of ${maxRunning}` : `at most ${maxRunning}`;
      states.push(
        state('running', { ...limit, minIntervalS: undefined }, `${count} ${scope} may run at once`),
      );
    }
    if (minIntervalS !== undefined)
      states.push(
        state('interval', { ...limit, maxRunning: undefined }, `${scope} start ${minIntervalS} s apart`),
      );
    return states;
  });
}
