/** The job fits, but only at sites that take no jobs now: banned, in error, unknown, or closed by configuration. */
import { instantText } from '../../kernel/instant-text.ts';
import { effectOf, waysOf, type CauseKind } from '../cause.ts';
import type { Way } from '../obstacles.ts';
import type { Place } from '../world.ts';
import { counted, namesText } from '../words.ts';

function closedText({ isSiteOpen, opensAtMs, siteStatus }: Place): string {
  if (isSiteOpen) return 'takes no pilots';
  return opensAtMs === null ? siteStatus : `${siteStatus}; opens on ${instantText(opensAtMs)}`;
}

/** The first site that opens is enough; null when none is known to. */
function firstOpeningMs({ verdicts }: Way): number | null {
  const known = verdicts.flatMap(({ place }) => place.opensAtMs ?? []);
  return known.length === 0 ? null : Math.min(...known);
}

export const siteClosedCause: CauseKind = {
  id: 'site-closed',
  question: 'whether',
  about: 'Are the sites that fit open?',
  find: (view) =>
    waysOf(view, 'site').map(({ obstacle, way }) => {
      const states = [...new Set(way.verdicts.map(({ place }) => `${place.site} (${closedText(place)})`))];
      return {
        id: 'site-closed',
        effect: effectOf(view),
        sentence: `The job ${view.ways.length === 1 ? 'fits only' : 'would fit'} where no jobs are taken now: ${namesText(states)}.`,
        remedy: `Wait until ${way.sites.length === 1 ? 'the site is' : `one of ${counted(way.sites.length, 'site')} is`} open again, or ask for less so that other sites fit.`,
        endsAtMs: firstOpeningMs(way),
        obstacles: [obstacle.id],
      };
    }),
};
