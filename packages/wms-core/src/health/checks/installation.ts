/** Is this a demo, with log-ins and secrets that everybody may know? */
import { healthCheck } from '../health-check.ts';

export const installationCheck = healthCheck({
  id: 'installation',
  title: 'Secrets and log-in',
  group: 'credentials',
  about: 'Demo or production. In production the server does not start with demo users or default secrets.',
  fact: 'process',
  judge: (process) => {
    if (process === undefined) return [];
    return process.mode === 'production'
      ? [{ status: 'ok', means: 'Log-in is at the identity provider, secrets are this installation’s own.' }]
      : [
          {
            status: 'ok',
            means:
              'This is a demo for this machine alone: anybody on it may log in, and secrets lie in the data folder.',
          },
        ];
  },
});
