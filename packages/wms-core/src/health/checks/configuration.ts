/** Is the configuration in force the one in the file? */
import { healthCheck } from '../health-check.ts';

export const configurationCheck = healthCheck({
  id: 'configuration',
  title: 'Configuration',
  group: 'service',
  about:
    'Whether the file as it is now is in force. Warning when it is faulty and an older one stays in force.',
  isVital: true,
  fact: 'configuration',
  judge: ({ fault, version }) =>
    fault === undefined
      ? [{ status: 'ok', means: `Version ${version.slice(0, 12)} is in force.` }]
      : [
          {
            status: 'warning',
            means: `The file has a fault and an older version stays in force: ${fault}`,
            toDo: 'Mend the file; it is read again when it changes.',
          },
        ],
});
