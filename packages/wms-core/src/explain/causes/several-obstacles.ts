/** No single change would help: each batch queue lacks several things at once. */
import { effectOf, type CauseKind, type View } from '../cause.ts';
import type { Obstacle, Way } from '../obstacles.ts';
import { counted } from '../words.ts';

const isForeign = ({ obstacles }: Way): boolean => obstacles.some(({ kind }) => kind === 'vo');

/** A limit names its site, which may be told only when it takes jobs of the VO. */
const phraseOf = (obstacle: Obstacle, { wanted }: View, way: Way): string => {
  switch (obstacle.kind) {
    case 'rule':
      return `${obstacle.rule.name} (${obstacle.rule.wanted(wanted)})`;
    case 'site':
      return 'a site that is closed';
    case 'vo':
      return `no admission of ${wanted.vo}`;
    case 'limit':
      return isForeign(way) ? 'a limit' : `a limit (${obstacle.limit.words})`;
  }
};

/** Names of sites may be told only when they take jobs of the VO. */
const whereText = (way: Way): string =>
  isForeign(way) || way.sites.length > 1 ? counted(way.sites.length, 'site') : way.sites.join('');

export const severalObstaclesCause: CauseKind = {
  id: 'several-obstacles',
  question: 'whether',
  about: 'Do several things together keep the job from every site?',
  find: (view) =>
    view.ways
      .filter(({ obstacles }) => obstacles.length > 1)
      .map((way) => ({
        id: 'several-obstacles',
        effect: effectOf(view),
        sentence: `${way.obstacles.length} things together keep the job from ${whereText(way)}: ${way.obstacles.map((obstacle) => phraseOf(obstacle, view, way)).join(', ')}.`,
        remedy: 'All of them must change.',
        endsAtMs: null,
        obstacles: way.obstacles.map(({ id }) => id),
      })),
};
