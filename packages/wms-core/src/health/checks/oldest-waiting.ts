/** For how long do jobs wait? One finding a VO. */
import { healthCheck } from '../health-check.ts';

const longS = 24 * 3600;
const veryLongS = 7 * 24 * 3600;

export const oldestWaitingCheck = healthCheck({
  id: 'oldest-waiting',
  title: 'Oldest waiting job',
  group: 'scheduling',
  about:
    'How long the longest waiting job of each VO has been waiting. Warning from one day, critical from seven.',
  fact: 'oldestWaiting',
  judge: (vos) =>
    vos.map(({ vo, waitedS }) => {
      const subject = { kind: 'vo', name: vo } as const;
      const figure = { value: waitedS, unit: 's' } as const;
      if (waitedS === 0) return { status: 'ok', subject, means: 'No job waits.' };
      if (waitedS < longS) return { status: 'ok', subject, means: 'Jobs find a place in good time.', figure };
      return {
        status: waitedS < veryLongS ? 'warning' : 'critical',
        subject,
        means: 'A job of this VO has been waiting for long; as a rule its demands fit no site.',
        toDo: 'Sort the waiting jobs of the VO by age in the Job Monitor and compare the demands of the oldest with the sites.',
        figure,
      };
    }),
});
