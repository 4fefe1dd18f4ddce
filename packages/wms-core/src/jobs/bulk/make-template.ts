/** Which kind of template the descriptions of a call make: one sweep, or many descriptions. Pure. */
import { WmsError } from '../../kernel/wms-error.ts';
import { textsOf, type JdlDescription } from '../jdl/description.ts';
import { mostKeptBytes } from '../kept-length.ts';
import type { ManifestContext } from '../manifest-context.ts';
import { isParametric, planAccepted, planParametricJobs, type ParametricPlan } from '../parametric-jobs.ts';
import { readDescription, templateErrors } from '../prepare-jobs.ts';
import { refusalOf } from '../refusal.ts';
import type { BulkTemplate } from './bulk-template.ts';
import { SandboxesDiffer } from './sandboxes-differ.ts';
import { createCollectionTemplate } from './collection-template.ts';
import { createSweepTemplate } from './sweep-template.ts';
import { SubmissionWarnings } from '../submission-warnings.ts';

export interface TemplateLimits {
  readonly maxJobs: number;
  readonly maxJdlBytes: number;
  /** The rules of today do not count either. */
  readonly isAccepted?: boolean;
}

/** What was accepted once is never refused later. */
export const noLimits: TemplateLimits = {
  maxJobs: Number.MAX_SAFE_INTEGER,
  maxJdlBytes: Number.MAX_SAFE_INTEGER,
  isAccepted: true,
};

const alone = { index: 0, of: 1 } as const;

const tooMany = (count: number, limit: number): WmsError =>
  new WmsError('jobs.too-many', `One bulk may make at most ${limit} jobs, not ${count}.`, { count, limit });

/**
 * Throws `jdl.syntax`, `jdl.too-large`, `jdl.invalid` and `jobs.too-many`; `check` of the template says the rest, and
 * has told all warnings when it is done.
 */
export function makeTemplate(
  jdls: readonly string[],
  context: ManifestContext,
  limits: TemplateLimits,
  warnings = new SubmissionWarnings(),
): BulkTemplate {
  const { maxJdlBytes, maxJobs } = limits;
  const [only] = jdls;
  if (only === undefined)
    throw new WmsError('jdl.invalid', 'The submission holds no job description; send at least one.');
  if (jdls.length > maxJobs) throw tooMany(jdls.length, maxJobs);
  if (jdls.length > 1) return createCollectionTemplate(jdls, context, maxJdlBytes, warnings);
  const description = readDescription(only, alone, maxJdlBytes, warnings);
  if (!isParametric(description)) return createCollectionTemplate(jdls, context, maxJdlBytes, warnings);
  const plan = planOf(description, context, limits);
  warnings.add(alone.index, plan.warnings);
  return createSweepTemplate(plan, context, warnings);
}

function planOf(
  description: JdlDescription,
  context: ManifestContext,
  { isAccepted, maxJdlBytes, maxJobs }: TemplateLimits,
): ParametricPlan {
  if (isAccepted) return planAccepted(description);
  const plan = planParametricJobs(description, maxJobs, mostKeptBytes(maxJdlBytes));
  if (plan.tooMany !== undefined) throw tooMany(plan.tooMany, maxJobs);
  const refusal =
    plan.errors.length > 0 && refusalOf([...plan.errors, ...templateErrors(description, context)], alone);
  if (refusal) throw refusal;
  const sandbox = plan.template.find(({ changes, entry }) => changes && entry.name === 'InputSandbox');
  const mayDiffer = (file: string): boolean => file.includes('%') && !/^lfn:/i.test(file);
  if (sandbox && textsOf(sandbox.entry.value).some(mayDiffer))
    throw new SandboxesDiffer(sandbox.entry.value.at, 0);
  return plan;
}
