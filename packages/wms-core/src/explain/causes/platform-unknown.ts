/** Every place that fits is a promise of the configuration: what its nodes really are, no pilot has told yet. */
import type { CauseKind } from '../cause.ts';
import { namesText } from '../words.ts';

export const platformUnknownCause: CauseKind = {
  id: 'platform-unknown',
  question: 'when',
  about: 'Has a pilot told what the nodes that fit really offer?',
  find: ({ open, wanted }) =>
    open.length === 0 || wanted.platforms.length === 0 || open.some(({ isSeen }) => isSeen)
      ? []
      : [
          {
            id: 'platform-unknown',
            effect: 'delays',
            sentence: `Whether the nodes of ${namesText([...new Set(open.map(({ site }) => site))])} run ${wanted.platforms.join(' or ')} is known only when a pilot is there.`,
            remedy: 'Leave Platform out when the job runs everywhere.',
            endsAtMs: null,
            obstacles: [],
          },
        ],
};
