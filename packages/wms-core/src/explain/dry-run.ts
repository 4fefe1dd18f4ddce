/** A draft before it is submitted: what is wrong with it, how many jobs come out, and what they would ask for. Pure. */
import type { Configuration } from '../configuration/schema.ts';
import type { UserPrincipal } from '../identity/principal.ts';
import type { AttributeProblem } from '../jobs/attribute-reader.ts';
import { processManifest } from '../jobs/job-manifest.ts';
import type { JdlDescription, JdlProblem } from '../jobs/jdl/description.ts';
import { parseJdl } from '../jobs/jdl/parse.ts';
import { planParametricJobs } from '../jobs/parametric-jobs.ts';
import { manifestContext } from '../jobs/prepare-jobs.ts';
import { requirementsKey } from '../task-queues/requirements.ts';
import type { TaskQueueRequirements } from '../task-queues/task-queue.ts';
import type { DraftProblem } from '../use-cases.ts';

export interface CheckedDraft {
  readonly jobs: number;
  readonly problems: readonly DraftProblem[];
  /** Different wishes among the first jobs; empty when the draft would be refused. */
  readonly wishes: readonly TaskQueueRequirements[];
}

/** Jobs of a sweep that are looked at. */
const mostLookedAt = 100;

const asProblem =
  (severity: DraftProblem['severity']) =>
  (problem: JdlProblem | AttributeProblem): DraftProblem => ({ attribute: '', ...problem, severity });

function* firstOf<T>(values: Iterable<T>, count: number): Iterable<T> {
  let left = count;
  for (const value of values) {
    if (left === 0) return;
    left -= 1;
    yield value;
  }
}

export function checkDraft(
  jdl: string,
  principal: UserPrincipal,
  configuration: Configuration,
): CheckedDraft {
  const { maxJdlBytes, maxJobsPerBulk } = configuration.jobDescription;
  const parsed = parseJdl(jdl, { maxBytes: maxJdlBytes });
  const reading = [...parsed.errors.map(asProblem('error')), ...parsed.warnings.map(asProblem('warning'))];
  if (parsed.errors.length > 0) return { jobs: 0, problems: reading, wishes: [] };
  const plan = planParametricJobs(parsed.description, maxJobsPerBulk);
  if (plan.errors.length > 0)
    return { jobs: 0, problems: [...reading, ...plan.errors.map(asProblem('error'))], wishes: [] };
  const checked = checkJobs(firstOf(plan.jobs(), mostLookedAt), principal, configuration);
  return { jobs: plan.count, problems: [...reading, ...checked.problems], wishes: checked.wishes };
}

/** Stops at the first job that would be refused. */
function checkJobs(
  jobs: Iterable<JdlDescription>,
  principal: UserPrincipal,
  configuration: Configuration,
): Omit<CheckedDraft, 'jobs'> {
  const context = manifestContext(principal, configuration);
  const wishes = new Map<string, TaskQueueRequirements>();
  let problems: readonly DraftProblem[] = [];
  for (const job of jobs) {
    const { errors, requirements, warnings } = processManifest(job, context);
    if (errors.length > 0) return { problems: errors.map(asProblem('error')), wishes: [] };
    if (wishes.size === 0) problems = warnings.map(asProblem('warning'));
    wishes.set(requirementsKey(requirements), requirements);
  }
  return { problems, wishes: [...wishes.values()] };
}
