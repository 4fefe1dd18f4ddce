/**
 * For each requirement of a job: how many sites and batch queues pass it, how many would if only it were gone, and
 * which smaller wishes would open more. And for each site: does the job fit, and if not, why not? Pure; depends on
 * the list of rules, never on single ones.
 */
import { instantText } from '../kernel/instant-text.ts';
import type { MatchRule, Reader } from '../matching/match-rule.ts';
import { normalizeRequirements } from '../task-queues/requirements.ts';
import type { TaskQueueRequirements } from '../task-queues/task-queue.ts';
import { placesOf, sitesOf, type Obstacle, type Verdict } from './obstacles.ts';
import type { World } from './world.ts';

export interface Reach {
  readonly sites: number;
  readonly queues: number;
}

/** A smaller wish and what it would reach. */
export interface Easing extends Reach {
  readonly wanted: string;
}

export interface RequirementRow {
  /** Name of the rule, mostly that of the JDL attribute. */
  readonly name: string;
  readonly wanted: string;
  /** Passing this requirement, whatever the others say. */
  readonly alone: Reach;
  /** Where the job would fit if this requirement were gone. */
  readonly without: Reach;
  /** From the wish nearest to the present one to the smallest; each opens more than the one before. */
  readonly easings: readonly Easing[];
}

export interface SiteRow {
  readonly site: string;
  readonly fits: boolean;
  /** It fits unless its nodes turn out to differ from what the configuration promises. */
  readonly isPromise: boolean;
  /** Of its nearest batch queue; empty when it fits. */
  readonly reasons: readonly string[];
}

export const reachOf = (verdicts: readonly Verdict[]): Reach => ({
  sites: sitesOf(verdicts).length,
  queues: placesOf(verdicts).length,
});

export const fitting = (verdicts: readonly Verdict[]): readonly Verdict[] =>
  verdicts.filter(({ obstacles }) => obstacles.length === 0);

const hasOnly = ({ obstacles }: Verdict, rule: MatchRule): boolean =>
  obstacles.every((obstacle) => obstacle.kind === 'rule' && obstacle.rule === rule);

const isFailed = ({ obstacles }: Verdict, rule: MatchRule): boolean =>
  obstacles.some((obstacle) => obstacle.kind === 'rule' && obstacle.rule === rule);

const mostEasings = 3;

interface Candidate {
  readonly eased: TaskQueueRequirements;
  /** Offers that pass the rule then: the fewer, the nearer to the present wish. */
  readonly passing: number;
  readonly verdicts: readonly Verdict[];
}

function candidatesOf(
  world: World,
  wanted: TaskQueueRequirements,
  rule: MatchRule,
  verdicts: readonly Verdict[],
): readonly Candidate[] {
  const reachable = verdicts.filter((verdict) => hasOnly(verdict, rule));
  const wishes = new Map<string, TaskQueueRequirements>();
  for (const { obstacles, offer } of reachable) {
    const eased = obstacles.length === 0 ? undefined : rule.ease?.(wanted, offer);
    if (eased) wishes.set(JSON.stringify(normalizeRequirements(eased)), eased);
  }
  return [...wishes.values()].map((eased) => ({
    eased,
    passing: verdicts.filter(({ offer }) => rule.fits(eased, offer)).length,
    verdicts: reachable.filter(({ offer }) => world.rules.every((each) => each.fits(eased, offer))),
  }));
}

/** Steps from the nearest wish to the one that reaches most; one that reaches no more than a nearer one is left out. */
function easingsOf(
  world: World,
  wanted: TaskQueueRequirements,
  rule: MatchRule,
  verdicts: readonly Verdict[],
): readonly Easing[] {
  const steps: Easing[] = [];
  let reached = reachOf(fitting(verdicts)).sites;
  const candidates = candidatesOf(world, wanted, rule, verdicts).toSorted((a, b) => a.passing - b.passing);
  for (const candidate of candidates) {
    const reach = reachOf(candidate.verdicts);
    if (reach.sites <= reached) continue;
    reached = reach.sites;
    steps.push({ wanted: rule.wanted(candidate.eased), ...reach });
  }
  return steps.length <= mostEasings ? steps : [...steps.slice(0, mostEasings - 1), ...steps.slice(-1)];
}

/** What a job that asks for nothing would say; such rows are of interest only when they are not met everywhere. */
const asksForNothing = ({
  vo,
  ownerGroup,
  owner,
  jobType,
}: TaskQueueRequirements): TaskQueueRequirements => ({
  vo,
  ownerGroup,
  owner,
  jobType,
  cpuTimeS: 0,
  sites: [],
  bannedSites: [],
  computingElements: [],
  platforms: [],
  tags: [],
  minProcessors: 1,
  maxProcessors: 1,
  wholeNode: false,
  memoryMiB: 0,
  diskMiB: 0,
  gpus: 0,
});

/** `verdicts`: of the batch queues that take jobs of the VO. */
export function requirementTable(
  world: World,
  wanted: TaskQueueRequirements,
  verdicts: readonly Verdict[],
): readonly RequirementRow[] {
  const nothing = asksForNothing(wanted);
  return world.rules.flatMap((rule): readonly RequirementRow[] => {
    const alone = verdicts.filter((verdict) => !isFailed(verdict, rule));
    const words = rule.wanted(wanted);
    if (alone.length === verdicts.length && words === rule.wanted(nothing)) return [];
    return [
      {
        name: rule.name,
        wanted: words,
        alone: reachOf(alone),
        without: reachOf(verdicts.filter((verdict) => hasOnly(verdict, rule))),
        easings: easingsOf(world, wanted, rule, verdicts),
      },
    ];
  });
}

function closedText({ place: { isSiteOpen, opensAtMs, siteStatus } }: Verdict): string {
  if (isSiteOpen) return 'The batch queue takes no pilots.';
  const opens = opensAtMs === null ? '' : ` It opens on ${instantText(opensAtMs)}.`;
  return `The site is ${siteStatus}.${opens}`;
}

function reasonText(
  obstacle: Obstacle,
  verdict: Verdict,
  wanted: TaskQueueRequirements,
  reader: Reader | undefined,
): string {
  switch (obstacle.kind) {
    case 'rule':
      return `${obstacle.rule.name}: asked for ${obstacle.rule.wanted(wanted)}, offered ${obstacle.rule.offered(verdict.offer, reader)}`;
    case 'site':
      return closedText(verdict);
    case 'vo':
      return `It takes no jobs of ${wanted.vo}.`;
    case 'limit':
      return `Limit: ${obstacle.limit.words}.`;
  }
}

/** Sites in which the job fits first, then by name. */
export function siteTable(
  { reader }: Pick<World, 'reader'>,
  wanted: TaskQueueRequirements,
  verdicts: readonly Verdict[],
): readonly SiteRow[] {
  const rows = [...Map.groupBy(verdicts, ({ place }) => place.site)].map(([site, ofSite]): SiteRow => {
    const fits = fitting(ofSite);
    const [nearest] = ofSite.toSorted((a, b) => a.obstacles.length - b.obstacles.length);
    return {
      site,
      fits: fits.length > 0,
      isPromise: fits.length > 0 && fits.every(({ place }) => !place.isSeen),
      reasons: nearest?.obstacles.map((obstacle) => reasonText(obstacle, nearest, wanted, reader)) ?? [],
    };
  });
  return rows.toSorted((a, b) => Number(b.fits) - Number(a.fits) || a.site.localeCompare(b.site));
}
