/** Can the kept refresh tokens of identity providers be opened with the keys this server has? */
import { healthCheck } from '../health-check.ts';

export const tokenGrantsKeyCheck = healthCheck({
  id: 'token-grants-key',
  title: 'Key of the kept refresh tokens',
  group: 'credentials',
  about:
    'Counts refresh tokens of identity providers that were sealed with a key this server does not have. Warns when there is one.',
  fact: 'tokenGrants',
  judge: ({ kept, unreadable }) =>
    unreadable === 0
      ? [
          {
            status: 'ok',
            means: kept === 0 ? 'No refresh token is kept.' : 'Every kept refresh token can be opened.',
          },
        ]
      : [
          {
            status: 'warning',
            means: `Kept refresh tokens that were sealed with another key and cannot be opened: ${unreadable} of ${kept}. Groups of their owners end a day after their log-in.`,
            toDo: 'Give the server its former key again (WM_KEK); or nothing: each log-in brings a new one.',
          },
        ],
});
