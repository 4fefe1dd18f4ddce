/** The installation has no batch queue that takes jobs of the VO. */
import type { CauseKind } from '../cause.ts';

export const noResourcesCause: CauseKind = {
  id: 'no-resources',
  question: 'whether',
  about: 'Is there any batch queue at all?',
  find: ({ verdicts, wanted }) =>
    verdicts.length > 0
      ? []
      : [
          {
            id: 'no-resources',
            effect: 'blocks',
            sentence: `No batch queue is configured that takes jobs of ${wanted.vo}.`,
            remedy: 'Ask the operators of this installation.',
            endsAtMs: null,
            obstacles: [],
          },
        ],
};
