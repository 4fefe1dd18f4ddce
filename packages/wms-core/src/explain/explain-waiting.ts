/**
 * Why does this job wait, and what would help? Every cause that is true and none that is not, from one snapshot:
 * pure. Asked by `explain.service.ts` for a job and for a draft, and by the agent that keeps what was said.
 */
import type { TaskQueueRequirements } from '../task-queues/task-queue.ts';
import type { Cause, CauseEffect, View } from './cause.ts';
import { causeKinds } from './causes/index.ts';
import { placesOf, verdictsOf, waysOut } from './obstacles.ts';
import {
  fitting,
  reachOf,
  requirementTable,
  siteTable,
  type Reach,
  type RequirementRow,
  type SiteRow,
} from './requirement-table.ts';
import { isHeldBack, type ExplainedJob, type World } from './world.ts';
import { counted } from './words.ts';

export interface Fit {
  /** Where a pilot may get the job now. */
  readonly fits: Reach;
  /** Sites and batch queues that take jobs of the VO. */
  readonly of: Reach;
  readonly requirements: readonly RequirementRow[];
  readonly sites: readonly SiteRow[];
}

export interface Explanation extends Fit {
  /** The main cause in one sentence. */
  readonly headline: string;
  /** The main one first. */
  readonly causes: readonly Cause[];
}

const rank: Record<CauseEffect, number> = { blocks: 0, delays: 1, threatens: 2 };

const nothingInTheWay = 'Nothing stands in its way: the next free pilot that fits takes it.';

export function viewOf(world: World, job: ExplainedJob): View {
  const wanted = job.requirements;
  const verdicts = verdictsOf(world, wanted);
  const admitted = verdicts.filter(({ place }) => place.vos.includes(wanted.vo));
  let table: readonly RequirementRow[] | undefined;
  const open = placesOf(fitting(verdicts));
  return {
    world,
    job,
    wanted,
    verdicts,
    admitted,
    open,
    ways: open.length > 0 ? [] : waysOut(verdicts),
    siteCount: reachOf(admitted).sites,
    table: () => (table ??= requirementTable(world, wanted, admitted)),
  };
}

const fitOf = ({ admitted, table, wanted, world }: View): Fit => ({
  fits: reachOf(fitting(admitted)),
  of: reachOf(admitted),
  requirements: table(),
  sites: siteTable(world, wanted, admitted),
});

/** Causes alone, the main one first. */
export function causesOf(view: View): readonly Cause[] {
  const canStart = !isHeldBack(view.job);
  return causeKinds
    .filter(({ question }) => question === 'whether' || canStart)
    .flatMap((kind) => kind.find(view))
    .toSorted((a, b) => rank[a.effect] - rank[b.effect]);
}

export function explainView(view: View): Explanation {
  const causes = causesOf(view);
  const main = causes.find(({ effect }) => effect !== 'threatens');
  return { ...fitOf(view), headline: main?.sentence ?? nothingInTheWay, causes };
}

export const explainWaiting = (world: World, job: ExplainedJob): Explanation =>
  explainView(viewOf(world, job));

/** A job of which nothing is known but what it asks for. */
export const firstInLine = (requirements: TaskQueueRequirements): ExplainedJob => ({
  requirements,
  held: null,
  credential: null,
  inputData: null,
  ahead: null,
  rivals: null,
  shares: [],
});

/** Where a draft would fit and why not elsewhere: what comes and goes with the minute is left out. */
export function explainFit(world: World, requirements: TaskQueueRequirements): Explanation {
  const lastingLimits = world.limits.filter(({ givesWay }) => !givesWay);
  const { causes, ...fit } = explainWaiting({ ...world, limits: lastingLimits }, firstInLine(requirements));
  const lasting = causes.filter(({ effect, obstacles }) => effect === 'blocks' || obstacles.length > 0);
  const { fits, of } = fit;
  const headline = `Fits ${fits.sites} of ${counted(of.sites, 'site')}.`;
  return { ...fit, headline: lasting[0]?.sentence ?? headline, causes: lasting };
}
