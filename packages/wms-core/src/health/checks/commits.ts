/** Do writes become durable in good time? Nothing is answered before. */
import { healthCheck } from '../health-check.ts';
import { counted } from '../words.ts';

const slowMs = 250;
const stuckMs = 10_000;

export const commitsCheck = healthCheck({
  id: 'commits',
  title: 'Commits',
  group: 'service',
  about:
    'Mean time of the last group commits. Warning from 250 ms; critical when writes wait and nothing was committed for 10 s.',
  fact: 'commits',
  judge: (commits) => {
    const figure = { value: commits.meanMs, unit: 'ms' } as const;
    if (commits.stuckMs > stuckMs)
      return [
        {
          status: 'critical',
          means: `Nothing was committed for ${Math.round(commits.stuckMs / 1000)} s though ${counted(commits.waiting, 'write')} should be; jobs and pilots get no answers.`,
          toDo: 'Look for a full or failing disk and for errors in the log, then restart the server.',
          figure: { value: commits.waiting, unit: 'works' },
        },
      ];
    if (commits.meanMs > slowMs)
      return [
        {
          status: 'warning',
          means: 'Commits are slow, so submissions, matches and reports are slow too.',
          toDo: 'Measure the flushes of the disk below the data folder, and move other writers away from it.',
          figure,
        },
      ];
    return [{ status: 'ok', means: 'Writes are durable without delay.', figure }];
  },
});
