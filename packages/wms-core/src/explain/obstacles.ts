/**
 * What stands between a job and each batch queue, and the smallest sets of obstacles whose removal would let the
 * job run somewhere: its ways out. Pure; causes and tables are read from it.
 */
import type { MatchRule } from '../matching/match-rule.ts';
import type { ResourceOffer } from '../matching/resource.ts';
import type { TaskQueueRequirements } from '../task-queues/task-queue.ts';
import { offersAt, type LimitState, type Place, type World } from './world.ts';

export type Obstacle =
  | { readonly kind: 'rule'; readonly id: string; readonly rule: MatchRule }
  | { readonly kind: 'site'; readonly id: string }
  | { readonly kind: 'vo'; readonly id: string }
  | { readonly kind: 'limit'; readonly id: string; readonly limit: LimitState };

/** One offer of one batch queue. */
export interface Verdict {
  readonly place: Place;
  readonly offer: ResourceOffer;
  /** Empty: a pilot from there that asks may get the job. */
  readonly obstacles: readonly Obstacle[];
}

/** Obstacles that must all go, and what that would open. No other way is a part of it. */
export interface Way {
  readonly obstacles: readonly Obstacle[];
  readonly verdicts: readonly Verdict[];
  readonly sites: readonly string[];
}

const siteObstacle: Obstacle = { kind: 'site', id: 'site' };
const voObstacle: Obstacle = { kind: 'vo', id: 'vo' };

function obstaclesOfPlace(world: World, place: Place, wanted: TaskQueueRequirements): readonly Obstacle[] {
  const found: Obstacle[] = [];
  if (!place.vos.includes(wanted.vo)) found.push(voObstacle);
  if (!place.isSiteOpen || !place.takesPilots) found.push(siteObstacle);
  for (const limit of world.limits)
    if (limit.isReached && limit.appliesTo(place, wanted))
      found.push({ kind: 'limit', id: `limit:${limit.limitId}`, limit });
  return found;
}

export function verdictsOf(world: World, wanted: TaskQueueRequirements): readonly Verdict[] {
  const ruleObstacles = new Map(
    world.rules.map((rule): [MatchRule, Obstacle] => [rule, { kind: 'rule', id: `rule:${rule.name}`, rule }]),
  );
  return world.places.flatMap((place) => {
    const ofPlace = obstaclesOfPlace(world, place, wanted);
    return offersAt(place, wanted).map((offer): Verdict => {
      const obstacles = [...ofPlace];
      for (const [rule, obstacle] of ruleObstacles) if (!rule.fits(wanted, offer)) obstacles.push(obstacle);
      return { place, offer, obstacles };
    });
  });
}

export const sitesOf = (verdicts: readonly Verdict[]): readonly string[] => [
  ...new Set(verdicts.map(({ place }) => place.site)),
];

export const placesOf = (verdicts: readonly Verdict[]): readonly Place[] => [
  ...new Set(verdicts.map(({ place }) => place)),
];

const keyOf = (verdict: Verdict): string =>
  verdict.obstacles
    .map(({ id }) => id)
    .toSorted()
    .join('\n');

const isPartOf = (part: readonly Obstacle[], whole: readonly Obstacle[]): boolean =>
  part.length < whole.length && part.every(({ id }) => whole.some((other) => other.id === id));

/** The ways out of a job that fits nowhere, those with fewest obstacles first, then those that open most sites. */
export function waysOut(verdicts: readonly Verdict[]): readonly Way[] {
  const groups = [...Map.groupBy(verdicts, keyOf).values()].map((group): Way => ({
    obstacles: group[0]?.obstacles ?? [],
    verdicts: group,
    sites: sitesOf(group),
  }));
  return groups
    .filter(({ obstacles }) => !groups.some((other) => isPartOf(other.obstacles, obstacles)))
    .toSorted((a, b) => a.obstacles.length - b.obstacles.length || b.sites.length - a.sites.length);
}
