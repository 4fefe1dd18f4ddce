/** Does the process get to its work in time? */
import { healthCheck } from '../health-check.ts';

const lateMs = 200;
const blockedMs = 1000;

export const eventLoopCheck = healthCheck({
  id: 'event-loop',
  title: 'Event loop',
  group: 'service',
  about:
    'Delay of timers over the last half minute, 99th percentile. Warning from 200 ms, critical from 1 s.',
  fact: 'process',
  judge: (process) => {
    if (process === undefined) return [];
    const figure = { value: process.eventLoopLagMs, unit: 'ms' } as const;
    if (process.eventLoopLagMs < lateMs)
      return [{ status: 'ok', means: 'The server gets to its work without delay.', figure }];
    return [
      {
        status: process.eventLoopLagMs < blockedMs ? 'warning' : 'critical',
        means: 'The server is late with everything it does: it has more work than one processor can do.',
        toDo: 'Look at the requests by route and at the processors of the machine; give it more, or less to do.',
        figure,
      },
    ];
  },
});
