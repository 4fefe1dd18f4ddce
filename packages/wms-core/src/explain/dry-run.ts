/**
 * A draft before it is submitted: what is wrong with it, how many jobs come out, and what they would ask for. Every job
 * of a sweep is checked, as at submission; what they ask for is told of some. Pure.
 */
import type { Configuration } from '../configuration/schema.ts';
import type { UserPrincipal } from '../identity/principal.ts';
import type { AttributeProblem } from '../jobs/attribute-reader.ts';
import type { BulkTemplate } from '../jobs/bulk/bulk-template.ts';
import { createSweepTemplate } from '../jobs/bulk/sweep-template.ts';
import type { JdlProblem } from '../jobs/jdl/description.ts';
import { parseJdl, type ParsedJdl } from '../jobs/jdl/parse.ts';
import { mostKeptBytes } from '../jobs/kept-length.ts';
import { givingWay } from '../kernel/giving-way.ts';
import type { WmsError } from '../kernel/wms-error.ts';
import type { ManifestContext } from '../jobs/manifest-context.ts';
import { planParametricJobs, type ParametricPlan } from '../jobs/parametric-jobs.ts';
import { manifestContext } from '../jobs/prepare-jobs.ts';
import { whichOne } from '../jobs/refusal.ts';
import { SubmissionWarnings } from '../jobs/submission-warnings.ts';
import { requirementsKey } from '../task-queues/requirements.ts';
import type { TaskQueueRequirements } from '../task-queues/task-queue.ts';
import type { DraftProblem } from '../use-cases.ts';

export interface CheckedDraft {
  readonly jobs: number;
  readonly problems: readonly DraftProblem[];
  /** Different wishes among the first and last jobs; empty when the draft would be refused. */
  readonly wishes: readonly TaskQueueRequirements[];
}

/** Sites are sought for at most twice so many jobs: at both ends, where the numbers of a sweep are smallest and largest. */
const matchedAtEachEnd = 50;

const asProblem =
  (severity: DraftProblem['severity']) =>
  (problem: JdlProblem | AttributeProblem): DraftProblem => ({ attribute: '', ...problem, severity });

const problemsOf = ({ errors, warnings }: Pick<ParsedJdl | ParametricPlan, 'errors' | 'warnings'>) => [
  ...errors.map(asProblem('error')),
  ...warnings.map(asProblem('warning')),
];

/** Numbers of the jobs that sites are sought for, in order. */
function bothEnds(count: number): readonly number[] {
  const both = 2 * matchedAtEachEnd;
  if (count <= both) return Array.from({ length: count }, (_, index) => index);
  return Array.from({ length: both }, (_, index) =>
    index < matchedAtEachEnd ? index : count - both + index,
  );
}

export async function checkDraft(
  jdl: string,
  principal: UserPrincipal,
  configuration: Configuration,
): Promise<CheckedDraft> {
  const context = manifestContext(principal, configuration);
  const { maxJdlBytes, maxJobsPerBulk } = context.jobDescription;
  const parsed = parseJdl(jdl, { maxBytes: maxJdlBytes });
  const reading = problemsOf(parsed);
  if (parsed.errors.length > 0) return { jobs: 0, problems: reading, wishes: [] };
  const plan = planParametricJobs(parsed.description, maxJobsPerBulk, mostKeptBytes(maxJdlBytes));
  const planned = [...reading, ...problemsOf(plan)];
  if (plan.errors.length > 0) return { jobs: 0, problems: planned, wishes: [] };
  const checked = await checkJobs(plan, context);
  const problems = [...planned, ...checked.problems];
  // What would be refused makes no jobs.
  return { jobs: checked.wishes.length > 0 ? plan.count : 0, problems, wishes: checked.wishes };
}

/** What the first job that would be refused is refused for. */
function faultsOf({ details }: WmsError, plan: ParametricPlan): readonly DraftProblem[] {
  const { errors, job } = details as { readonly errors: readonly AttributeProblem[]; readonly job: number };
  const which = plan.isParametric ? whichOne({ index: 0, of: 1, job }) : '';
  return errors.map((error) => asProblem('error')({ ...error, message: which + error.message }));
}

async function checkJobs(
  plan: ParametricPlan,
  context: ManifestContext,
): Promise<Omit<CheckedDraft, 'jobs'>> {
  const doubts = new SubmissionWarnings();
  const template = createSweepTemplate(plan, context, doubts);
  const refusal = await givingWay(template.check());
  if (refusal) return { problems: faultsOf(refusal, plan), wishes: [] };
  const problems = doubts
    .list()
    .map(({ index: _index, ...doubt }) => ({ ...doubt, severity: 'warning' as const }));
  return { problems, wishes: await givingWay(differentWishes(template, bothEnds(plan.count))) };
}

function* differentWishes(
  template: BulkTemplate,
  indices: readonly number[],
): Generator<void, readonly TaskQueueRequirements[]> {
  const wishes = new Map<string, TaskQueueRequirements>();
  for (const index of indices) {
    const { requirements } = template.job(index);
    wishes.set(requirementsKey(requirements), requirements);
    yield;
  }
  return [...wishes.values()];
}
