/** As many jobs run as may: the next one starts when one of them ends. */
import { effectOf, waysOf, type CauseKind } from '../cause.ts';
import { namesText } from '../words.ts';

export const limitReachedCause: CauseKind = {
  id: 'limit-reached',
  question: 'whether',
  about: 'Is a limit on running jobs reached wherever the job fits?',
  find: (view) =>
    waysOf(view, 'limit').map(({ obstacle: { id, limit }, way }) => ({
      id: 'limit-reached',
      effect: limit.givesWay ? 'delays' : effectOf(view),
      sentence: `A limit holds it back where it fits (${namesText(way.sites)}): ${limit.words}.`,
      remedy: limit.givesWay ? 'It gives way by itself.' : 'Ask the operators of this installation.',
      endsAtMs: null,
      obstacles: [id],
    })),
};
