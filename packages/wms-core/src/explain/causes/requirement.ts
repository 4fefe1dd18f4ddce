/** One requirement keeps the job from every site: the sites that fit otherwise do not offer it. */
import type { MatchRule } from '../../matching/match-rule.ts';
import { effectOf, waysOf, type Cause, type CauseKind, type View } from '../cause.ts';
import type { Verdict, Way } from '../obstacles.ts';
import { counted, namesText } from '../words.ts';

function remedyOf({ siteCount, table }: View, rule: MatchRule, way: Way): string {
  const easings = table().find(({ name }) => name === rule.name)?.easings ?? [];
  const steps = easings.map(
    ({ wanted, sites }) => `asking for ${wanted} would open ${sites} of ${counted(siteCount, 'site')}`,
  );
  const [first, ...more] = steps;
  if (first !== undefined) return `${[`A${first.slice(1)}`, ...more].join('; ')}.`;
  return `Without it the job would fit ${way.sites.length} of ${counted(siteCount, 'site')}.`;
}

/** What has the offer that takes the wish nearest to the present one. */
function nearestOf({ table, wanted }: View, rule: MatchRule, way: Way): Verdict | undefined {
  const [nearest] = table().find(({ name }) => name === rule.name)?.easings ?? [];
  const takesIt = ({ offer }: Verdict): boolean => {
    const eased = rule.ease?.(wanted, offer);
    return eased !== undefined && rule.wanted(eased) === nearest?.wanted;
  };
  return way.verdicts.find(takesIt) ?? way.verdicts[0];
}

function causeOf(view: View, rule: MatchRule, way: Way): Cause {
  const nearest = nearestOf(view, rule, way);
  const wanted = rule.wanted(view.wanted);
  const verb = rule.looksAtOwner ? 'is' : 'has';
  const offered = nearest
    ? `; the nearest, ${nearest.place.site}, ${verb} ${rule.offered(nearest.offer, view.world.reader)}`
    : '';
  return {
    id: 'requirement',
    effect: effectOf(view),
    sentence:
      view.ways.length === 1
        ? `No site offers what the job asks for with ${rule.name}: ${wanted}${offered}.`
        : `${rule.name} keeps the job from ${namesText(way.sites)}: it asks for ${wanted}${offered}.`,
    remedy: remedyOf(view, rule, way),
    endsAtMs: null,
    obstacles: way.obstacles.map(({ id }) => id),
  };
}

export const requirementCause: CauseKind = {
  id: 'requirement',
  question: 'whether',
  about: 'Does some site offer each thing the job asks for?',
  find: (view) => waysOf(view, 'rule').map(({ obstacle, way }) => causeOf(view, obstacle.rule, way)),
};
