/** What the states of the A-REX REST interface mean for a pilot (computing-elements.md §7.6): a table. */
import type { PilotStateAtElement } from '../../computing-element.ts';

type ArcMeaning =
  | 'waiting'
  /** Waits for its input files; A-REX would wait for ever. */
  | 'staging'
  | 'running'
  | 'done'
  | 'failed'
  /** Until KILLED, but only for so long: one version of A-REX stays here for ever. */
  | 'killing'
  | 'killed';

const meanings: Readonly<Record<string, ArcMeaning>> = {
  ACCEPTING: 'staging',
  ACCEPTED: 'staging',
  PREPARING: 'staging',
  PREPARED: 'waiting',
  SUBMITTING: 'waiting',
  QUEUING: 'waiting',
  RUNNING: 'running',
  HELD: 'running',
  EXITINGLRMS: 'running',
  OTHER: 'running',
  EXECUTED: 'running',
  FINISHING: 'running',
  FINISHED: 'done',
  FAILED: 'failed',
  KILLING: 'killing',
  KILLED: 'killed',
  WIPED: 'killed',
};

export interface SeenJob {
  readonly code: number;
  readonly reason: string;
  readonly state: string | undefined;
}

export interface SeenBefore {
  readonly wasKilledByUs: boolean;
  /** Submitted under the present identity; the jobs of others look as if they were not there. */
  readonly isOurs: boolean;
  /** All input files were taken by the service. */
  readonly isStaged: boolean;
  readonly submittedAtMs: number;
  /** First time it was seen being killed. */
  readonly killingSinceMs?: number | undefined;
}

export interface ArcLimits {
  readonly killingLimitMs: number;
  readonly inputLimitMs: number;
}

export interface ArcVerdict {
  readonly state: PilotStateAtElement;
  /** Nothing of it will change any more. */
  readonly isFinal: boolean;
  /** It will never run: kill it. */
  readonly isStuck?: boolean;
  readonly killingSinceMs?: number;
}

/** Without the reason of a failure, which takes another question. */
export const arcVerdict = (
  seen: SeenJob,
  before: SeenBefore,
  limits: ArcLimits,
  nowMs: number,
): ArcVerdict => {
  if (seen.code === 404 || seen.state === 'None') return gone(before);
  const meaning = seen.code === 200 ? meanings[seen.state ?? ''] : undefined;
  if (meaning === undefined) return unknown(seen);
  return verdicts[meaning](seen, before, limits, nowMs);
};

type Rule = (seen: SeenJob, before: SeenBefore, limits: ArcLimits, nowMs: number) => ArcVerdict;

const verdicts: Readonly<Record<ArcMeaning, Rule>> = {
  waiting: ({ state }) => live('Waiting', `It is ${state} at the service.`),
  staging: ({ state }, { isStaged, submittedAtMs }, { inputLimitMs }, nowMs) =>
    !isStaged && nowMs - submittedAtMs > inputLimitMs
      ? { ...ended('Aborted', 'Its input files never reached the service.'), isStuck: true }
      : live('Waiting', `It is ${state} at the service.`),
  running: ({ state }) => live('Running', `It is ${state} at the service.`),
  done: () => ended('Done', 'The pilot ended.'),
  failed: () => ended('Failed', 'The pilot failed.'),
  killing: (_seen, { killingSinceMs = Number.POSITIVE_INFINITY }, { killingLimitMs }, nowMs) => {
    const sinceMs = Math.min(killingSinceMs, nowMs);
    return nowMs - sinceMs > killingLimitMs
      ? ended('Aborted', `The service did not end it within ${killingLimitMs / 1000} s.`)
      : { ...live('Running', 'It is being killed.'), killingSinceMs: sinceMs };
  },
  killed: (_seen, { wasKilledByUs }) =>
    ended('Aborted', wasKilledByUs ? 'It was killed as asked.' : 'It was killed at the site.'),
};

const gone = ({ wasKilledByUs, isOurs }: SeenBefore): ArcVerdict => {
  if (!isOurs) return live('Unknown', 'The service does not know it under the present identity.');
  return ended('Aborted', wasKilledByUs ? 'It was killed as asked.' : 'It is gone from the service.');
};

const unknown = ({ code, reason, state }: SeenJob): ArcVerdict =>
  live('Unknown', `The service answered ${code} ${reason}${state === undefined ? '' : `, state ${state}`}.`);

const live = (status: PilotStateAtElement['status'], reason: string): ArcVerdict => ({
  state: { status, reason },
  isFinal: false,
});

const ended = (status: PilotStateAtElement['status'], reason: string): ArcVerdict => ({
  state: { status, reason },
  isFinal: true,
});
