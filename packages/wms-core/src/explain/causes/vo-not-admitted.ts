/** The job fits, but only at batch queues of other VOs. Their names are not for users of this one. */
import { effectOf, waysOf, type CauseKind } from '../cause.ts';
import { counted } from '../words.ts';

export const voNotAdmittedCause: CauseKind = {
  id: 'vo-not-admitted',
  question: 'whether',
  about: 'Do the sites that fit take jobs of the VO?',
  find: (view) =>
    waysOf(view, 'vo').map(({ obstacle, way }) => ({
      id: 'vo-not-admitted',
      effect: effectOf(view),
      sentence: `The job fits at ${counted(way.sites.length, 'site')} of this installation, but none of them takes such jobs of ${view.wanted.vo}.`,
      remedy: `Ask for less, or ask the operators to admit ${view.wanted.vo}.`,
      endsAtMs: null,
      obstacles: [obstacle.id],
    })),
};
