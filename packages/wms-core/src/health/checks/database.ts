/** Does the database answer? */
import { healthCheck } from '../health-check.ts';

const slowMs = 1000;
const engineNames: Readonly<Record<string, string>> = { sqlite: 'SQLite', postgres: 'PostgreSQL' };

export const databaseCheck = healthCheck({
  id: 'database',
  title: 'Database',
  group: 'service',
  about: 'Time of a smallest read. Warning from 1 s, critical when there is no answer.',
  isVital: true,
  fact: 'database',
  judge: ({ engine, latencyMs }) => {
    const figure = { value: latencyMs, unit: 'ms' } as const;
    return latencyMs < slowMs
      ? [{ status: 'ok', means: `${engineNames[engine] ?? engine} answers.`, figure }]
      : [
          {
            status: 'warning',
            means: 'The database answers slowly, and everything waits for it.',
            toDo: 'Look for other load on its disk and processors.',
            figure,
          },
        ];
  },
});
