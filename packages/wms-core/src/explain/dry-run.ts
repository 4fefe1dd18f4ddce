/** A draft before it is submitted: what is wrong with it, how many jobs come out, and what they would ask for. Pure. */
import type { Configuration } from '../configuration/schema.ts';
import type { UserPrincipal } from '../identity/principal.ts';
import type { AttributeProblem } from '../jobs/attribute-reader.ts';
import { mostKeptBytes } from '../jobs/kept-length.ts';
import { processManifest } from '../jobs/job-manifest.ts';
import type { JdlProblem } from '../jobs/jdl/description.ts';
import { parseJdl, type ParsedJdl } from '../jobs/jdl/parse.ts';
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
  /** Different wishes among the jobs looked at; empty when the draft would be refused. */
  readonly wishes: readonly TaskQueueRequirements[];
}

/** Of a sweep at most twice so many jobs are looked at: at both ends, where its numbers are smallest and largest. */
const lookedAtEachEnd = 50;

const asProblem =
  (severity: DraftProblem['severity']) =>
  (problem: JdlProblem | AttributeProblem): DraftProblem => ({ attribute: '', ...problem, severity });

const problemsOf = ({ errors, warnings }: Pick<ParsedJdl | ParametricPlan, 'errors' | 'warnings'>) => [
  ...errors.map(asProblem('error')),
  ...warnings.map(asProblem('warning')),
];

/** Numbers of the jobs that are looked at, in order. */
function lookedAt(count: number): readonly number[] {
  const both = 2 * lookedAtEachEnd;
  if (count <= both) return Array.from({ length: count }, (_, index) => index);
  return Array.from({ length: both }, (_, index) => (index < lookedAtEachEnd ? index : count - both + index));
}

export function checkDraft(
  jdl: string,
  principal: UserPrincipal,
  configuration: Configuration,
): CheckedDraft {
  const context = manifestContext(principal, configuration);
  const { maxJdlBytes, maxJobsPerBulk } = context.jobDescription;
  const parsed = parseJdl(jdl, { maxBytes: maxJdlBytes });
  const reading = problemsOf(parsed);
  if (parsed.errors.length > 0) return { jobs: 0, problems: reading, wishes: [] };
  const plan = planParametricJobs(parsed.description, maxJobsPerBulk, mostKeptBytes(maxJdlBytes));
  const planned = [...reading, ...problemsOf(plan)];
  if (plan.errors.length > 0) return { jobs: 0, problems: planned, wishes: [] };
  const checked = checkJobs(plan, context);
  const problems = [...planned, ...checked.problems];
  // What would be refused makes no jobs.
  return { jobs: checked.wishes.length > 0 ? plan.count : 0, problems, wishes: checked.wishes };
}

/** Stops at the first job that would be refused. */
function checkJobs(plan: ParametricPlan, context: ManifestContext): Omit<CheckedDraft, 'jobs'> {
  const wishes = new Map<string, TaskQueueRequirements>();
  const doubts = new SubmissionWarnings();
  for (const index of lookedAt(plan.count)) {
    const { errors, requirements, warnings } = processManifest(plan.job(index), context);
    const which = whichOne({ index: 0, of: 1, job: plan.isParametric ? index : undefined });
    const ofJob = (problem: AttributeProblem) => ({ ...problem, message: which + problem.message });
    if (errors.length > 0) return { problems: errors.map(ofJob).map(asProblem('error')), wishes: [] };
    doubts.add(0, warnings);
    wishes.set(requirementsKey(requirements), requirements);
  }
  const problems = doubts
    .list()
    .map(({ index: _index, ...doubt }) => ({ ...doubt, severity: 'warning' as const }));
  return { problems, wishes: [...wishes.values()] };
}
