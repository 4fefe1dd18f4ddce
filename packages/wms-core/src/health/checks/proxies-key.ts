/** Can the stored proxies be opened with the keys this server has? */
import { healthCheck } from '../health-check.ts';

export const proxiesKeyCheck = healthCheck({
  id: 'proxies-key',
  title: 'Key of the stored proxies',
  group: 'credentials',
  about:
    'Counts valid proxies that were sealed with a key this server does not have. Critical when there is one.',
  fact: 'proxies',
  judge: ({ stored, unreadable }) =>
    unreadable === 0
      ? [
          {
            status: 'ok',
            means: stored === 0 ? 'No proxy is stored.' : 'Every stored proxy can be opened.',
          },
        ]
      : [
          {
            status: 'critical',
            means: `Stored proxies that were sealed with another key and cannot be opened: ${unreadable} of ${stored}. Jobs of their owners get no proxy.`,
            toDo: 'Give the server its former key again (WM_KEK), or ask the owners to upload their proxies anew.',
          },
        ],
});
