/** Do jobs wait although pilots that fit them ask? */
import { healthCheck } from '../health-check.ts';
import { counted } from '../words.ts';

export const matcherCheck = healthCheck({
  id: 'matcher',
  title: 'Matcher',
  group: 'scheduling',
  about:
    'Compares open requests of pilots with waiting jobs, but those at a limit or held for want of a proxy. Critical when jobs that fit pilots are not given to them for 75 s, longer than one request lasts.',
  fact: 'matcher',
  judge: ({ waitingJobs, askingPilots, overlookedJobs }) => {
    if (overlookedJobs > 0)
      return [
        {
          status: 'critical',
          means: `${counted(overlookedJobs, 'job')} did not reach a pilot that fits and asks.`,
          toDo: 'Restart the server, which builds the index of task queues anew, and report it with the log.',
          figure: { value: overlookedJobs, unit: 'jobs' },
        },
      ];
    const pilots =
      askingPilots === 0
        ? 'no pilot asks'
        : `${counted(askingPilots, 'pilot')} ${askingPilots === 1 ? 'asks' : 'ask'}, but may not take them`;
    return [
      {
        status: 'ok',
        means: waitingJobs === 0 ? 'Every job has found its pilot.' : `Jobs wait: ${pilots}.`,
        figure: { value: waitingJobs, unit: 'jobs' },
      },
    ];
  },
});
