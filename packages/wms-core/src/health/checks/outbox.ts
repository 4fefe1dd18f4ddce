/** Are old events forgotten? They are kept for an hour, for desktops that come back. */
import { healthCheck } from '../health-check.ts';

const oldMs = 3 * 3_600_000;

export const outboxCheck = healthCheck({
  id: 'outbox',
  title: 'Event outbox',
  group: 'service',
  about: 'Age of the oldest event, which should be gone after an hour. Warning from three hours.',
  fact: 'outbox',
  judge: ({ kept, oldestAtMs }, nowMs) => {
    const figure = { value: kept, unit: 'events' } as const;
    return oldestAtMs === undefined || nowMs - oldestAtMs < oldMs
      ? [{ status: 'ok', means: 'Old events are forgotten in time.', figure }]
      : [
          {
            status: 'warning',
            means: 'Old events pile up; the database grows and live updates become slower.',
            toDo: 'See whether the agent job-cleaning does its rounds.',
            figure,
          },
        ];
  },
});
