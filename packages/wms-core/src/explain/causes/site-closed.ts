/** The job fits, but only at sites that take no jobs now: banned, in error, unknown, or closed by configuration. */
import { effectOf, waysOf, type CauseKind } from '../cause.ts';
import { counted, namesText } from '../words.ts';

export const siteClosedCause: CauseKind = {
  id: 'site-closed',
  question: 'whether',
  about: 'Are the sites that fit open?',
  find: (view) =>
    waysOf(view, 'site').map(({ obstacle, way }) => {
      const states = [
        ...new Set(
          way.verdicts.map(({ place }) =>
            place.isSiteOpen ? `${place.site} (takes no pilots)` : `${place.site} (${place.siteStatus})`,
          ),
        ),
      ];
      return {
        id: 'site-closed',
        effect: effectOf(view),
        sentence: `The job ${view.ways.length === 1 ? 'fits only' : 'would fit'} where no jobs are taken now: ${namesText(states)}.`,
        remedy: `Wait until ${way.sites.length === 1 ? 'the site is' : `one of ${counted(way.sites.length, 'site')} is`} open again, or ask for less so that other sites fit.`,
        endsAtMs: null,
        obstacles: [obstacle.id],
      };
    }),
};
