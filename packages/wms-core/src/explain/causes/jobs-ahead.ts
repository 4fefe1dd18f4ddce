/** Jobs of the same task queue that are taken before this one: of higher priority, or older. */
import { effectOf, type CauseKind } from '../cause.ts';
import { counted } from '../words.ts';

export const jobsAheadCause: CauseKind = {
  id: 'jobs-ahead',
  question: 'when',
  about: 'Which jobs of the same task queue go first?',
  find: (view) => {
    const { ahead } = view.job;
    if (ahead === null || ahead.higher + ahead.older === 0) return [];
    // Where nothing starts, those ahead do not start either.
    if (view.open.length === 0 && effectOf(view) === 'blocks') return [];
    const parts = [
      ahead.higher > 0 ? `${counted(ahead.higher, 'job')} of higher priority` : '',
      ahead.older > 0 ? `${ahead.isAtLeast ? 'more than ' : ''}${counted(ahead.older, 'older job')}` : '',
    ];
    return [
      {
        id: 'jobs-ahead',
        effect: 'delays',
        sentence: `Jobs of the same owner with the same requirements go first: ${parts.filter(Boolean).join(' and ')}.`,
        remedy: ahead.higher > 0 ? 'A higher Priority would move it up among the owner’s own jobs.' : null,
        endsAtMs: null,
        obstacles: [],
      },
    ];
  },
};
