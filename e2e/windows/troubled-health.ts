/** An answer of `GET /bff/system/health` in which much is wrong, for a look at the page. */
import type { AnswerOf, Routes } from '@wm/api-contract';

type Answer = AnswerOf<Routes['GET /bff/system/health']>;
type Finding = Answer['findings'][number];

const aFinding = (given: Partial<Finding>): Finding => ({
  check: 'database',
  title: 'Database',
  group: 'service',
  status: 'ok',
  subject: null,
  means: 'SQLite answers.',
  toDo: null,
  figure: null,
  since: new Date().toISOString(),
  ...given,
});

const site = (name: string, given: Partial<Finding> = {}): Finding =>
  aFinding({
    check: 'site-pilots',
    title: 'Pilots',
    group: 'sites',
    subject: { kind: 'site', name },
    means: 'Pilots end well.',
    figure: { value: 120, unit: 'pilots' },
    ...given,
  });

/** A line that rises and falls. */
const wave = (highest: number, period: number): number[] =>
  Array.from({ length: 240 }, (_, index) =>
    Math.round((highest * (1 + Math.sin(index / period) * Math.cos(index / 31))) / 2),
  );

export function troubledHealth(): Answer {
  return {
    status: 'critical',
    at: new Date().toISOString(),
    findings: [
      aFinding({ figure: { value: 0.4, unit: 'ms' } }),
      aFinding({
        check: 'agents',
        title: 'Agents',
        status: 'critical',
        subject: { kind: 'agent', name: 'pilot-director' },
        means:
          'The last 4 cycles failed: no space left on device. Until one succeeds, no pilots are sent and waiting jobs do not start.',
        toDo: 'Search the log for the failure; its lines name the agent.',
        since: new Date(Date.now() - 3_700_000).toISOString(),
      }),
      aFinding({
        check: 'oldest-waiting',
        title: 'Oldest waiting job',
        group: 'scheduling',
        status: 'warning',
        subject: { kind: 'vo', name: 'vo.access.egi.eu' },
        means: 'A job of this VO has been waiting for long; as a rule its demands fit no site.',
        toDo: 'Sort the waiting jobs of the VO by age in the Job Monitor and compare the demands of the oldest with the sites.',
        figure: { value: 190_000, unit: 's' },
      }),
      ...Array.from({ length: 11 }, (_, index) => site(`EGI.Site${index + 1}.org`)),
      site('EGI.Broken.org', {
        status: 'warning',
        means:
          '12 of 30 pilots failed in the last hour, one of them saying: Submission failed: the batch system refuses the queue',
        toDo: 'Read the output of failed pilots in the Pilot Monitor; ban the site in the configuration if it cannot be mended soon.',
        figure: { value: 40, unit: 'percent' },
      }),
    ],
    figures: {
      endsAt: new Date().toISOString(),
      stepS: 15,
      values: {
        jobsWaiting: wave(12_480, 17),
        jobsRunning: wave(3_200, 40),
        matchesPerS: wave(60, 5),
        commitMs: wave(9, 3),
        eventLoopLagMs: wave(30, 2),
      },
    },
  };
}
