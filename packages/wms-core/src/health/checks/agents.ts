/** Does every agent do its rounds, and do they succeed? */
import type { AgentRecord } from '../../metrics/agent-records.ts';
import { healthCheck } from '../health-check.ts';
import type { HealthJudgement } from '../system-health.ts';

const failuresUntilCritical = 3;
/** An agent may be so late: twice its pause, and the time a long cycle takes. */
const slackMs = 120_000;

/** What stands still when the agent does; for those not named here the sentence does without. */
const duties: Readonly<Record<string, string>> = {
  'pilot-director': 'no pilots are sent and waiting jobs do not start',
  'stalled-jobs': 'jobs of lost worker nodes stay Running',
  'job-cleaning': 'old jobs and events pile up in the database',
  'pilot-output': 'what ended pilots wrote is not kept',
  'sandbox-cleaning': 'unused sandboxes fill the disk',
  'job-history': 'the history of jobs has gaps',
  'accounting-compaction': 'accounting records take more and more room',
};

const lateness = (seconds: number): string =>
  seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;

export function judgeAgent(record: AgentRecord, startedAtMs: number, nowMs: number): HealthJudgement {
  const { name, everyMs, lastCycleAtMs, failuresInARow, lastFailure } = record;
  const subject = { kind: 'agent', name } as const;
  if (record.isElsewhere === true)
    return { status: 'ok', subject, means: 'Another server process runs it, or will in a moment.' };
  const duty = duties[name];
  const harm = duty === undefined ? '' : ` Until one succeeds, ${duty}.`;
  const quietMs = nowMs - Math.max(lastCycleAtMs ?? startedAtMs, record.heldSinceMs ?? 0);
  if (failuresInARow > 0)
    return {
      status: failuresInARow >= failuresUntilCritical ? 'critical' : 'warning',
      subject,
      means: `${failuresInARow === 1 ? 'The last cycle' : `The last ${failuresInARow} cycles`} failed: ${lastFailure ?? ''}.${harm}`,
      toDo: `Search the log for the failure; its lines name the agent.`,
    };
  if (quietMs > 2 * everyMs + slackMs)
    return {
      status: 'critical',
      subject,
      means: `It has finished no cycle for ${lateness(quietMs / 1000)}, though it should every ${lateness(everyMs / 1000)}.${harm}`,
      toDo: 'Look at what the log says of it last; restart the server when it hangs.',
      figure: { value: quietMs / 1000, unit: 's' },
    };
  const means =
    lastCycleAtMs === undefined
      ? 'Its first cycle is still to come.'
      : `Its last cycle ended ${lateness(quietMs / 1000)} ago.`;
  return { status: 'ok', subject, means };
}

export const agentsCheck = healthCheck({
  id: 'agents',
  title: 'Agents',
  group: 'service',
  about:
    'The last cycle of every agent. Warning when it failed; critical when three failed in a row, or when none ended for twice its pause and two minutes.',
  fact: 'agents',
  judge: ({ records, startedAtMs }, nowMs) => records.map((record) => judgeAgent(record, startedAtMs, nowMs)),
});
