/** As many jobs run as may: the next one starts when one of them ends. */
import { waysOf, type CauseKind } from '../cause.ts';
import { namesText } from '../words.ts';

export const limitReachedCause: CauseKind = {
  id: 'limit-reached',
  about: 'Is a limit on running jobs reached wherever the job fits?',
  find: (view) =>
    waysOf(view, 'limit').map(({ obstacle: { id, limit }, way }) => ({
      id: 'limit-reached',
      effect: 'delays',
      sentence: `A limit is reached where the job fits (${namesText(way.sites)}): ${limit.running} of ${limit.max} ${limit.description}.`,
      remedy: 'It starts when one of those jobs ends.',
      endsAtMs: null,
      obstacles: [id],
    })),
};
