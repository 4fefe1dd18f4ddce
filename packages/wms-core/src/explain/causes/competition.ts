/** Other waiting jobs of the VO that the same pilots could take; among them the draw decides. */
import type { CauseKind } from '../cause.ts';
import { counted } from '../words.ts';

export const competitionCause: CauseKind = {
  id: 'competition',
  question: 'when',
  about: 'Which other jobs of the VO want the same pilots?',
  find: ({ job: { rivals }, open, wanted }) => {
    if (open.length === 0 || rivals === null || rivals.queues === 0) return [];
    const parts = [
      rivals.ownJobs > 0 ? `${counted(rivals.ownJobs, 'job')} of the same owner` : '',
      rivals.otherJobs > 0 ? `${counted(rivals.otherJobs, 'job')} of others in ${wanted.vo}` : '',
    ];
    return [
      {
        id: 'competition',
        effect: 'delays',
        sentence: `The same pilots are wanted by ${parts.filter(Boolean).join(' and ')}; each gets its share.`,
        remedy: null,
        endsAtMs: null,
        obstacles: [],
      },
    ];
  },
};
