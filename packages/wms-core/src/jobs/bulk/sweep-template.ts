/**
 * A parametric description as the template of a bulk. What cannot differ between its jobs is looked at once; what
 * differs but decides nothing (arguments, names of files) is filled in when somebody asks.
 */
import type { WmsError } from '../../kernel/wms-error.ts';
import { AttributeReader } from '../attribute-reader.ts';
import { textsOf } from '../jdl/description.ts';
import { processManifest, processMeasured, readLabels, type JobManifest } from '../job-manifest.ts';
import { printJdl } from '../jdl/print.ts';
import type { ManifestContext } from '../manifest-context.ts';
import type { ParametricPlan, TemplateEntry } from '../parametric-jobs.ts';
import { chainPart } from '../prepare-jobs.ts';
import { refusalOf } from '../refusal.ts';
import type { SubmissionWarnings } from '../submission-warnings.ts';
import { facetsOf, isDemand, passes } from './bulk-facets.ts';
import type { BulkJob, BulkTemplate } from './bulk-template.ts';

/** Jobs between two pauses of `check` when no whole description is looked at. */
const jobsAtOnce = 100;
/** Each costs a look at a whole description, and most make a task queue of their own. */
const mostVariants = 10_000;

/** Jobs of the same demands; what else they have is that of the first one looked at. */
interface Variant {
  readonly job: BulkJob;
  readonly manifest: JobManifest;
}

const isOneOf = (names: readonly string[]) => (each: TemplateEntry) => names.includes(each.entry.name);

export function createSweepTemplate(
  plan: ParametricPlan,
  context: ManifestContext,
  warnings: SubmissionWarnings,
): BulkTemplate {
  const { count, template } = plan;
  const changing = template.filter(({ changes }) => changes);
  const demands = changing.filter(({ entry }) => isDemand(entry.name));
  const labels = template.filter(isOneOf(['JobName', 'JobGroup', 'ProcessingType']));
  const labelsChange = labels.some(({ changes }) => changes);
  const data = changing.find(isOneOf(['InputData']));
  const variants = new Map<string, Variant>();
  let only: Variant | undefined;

  const filledIn = (entries: readonly TemplateEntry[], index: number) =>
    entries.map((each) => plan.entryOf(each, index));

  const whole = (index: number) => processMeasured(plan.job(index), context);

  function variantOf(index: number): Variant {
    const { manifest, requirements, siteColumn } = whole(index);
    const { inputData, inputSandbox, jobGroup, jobName, jobType, priority, processingType } = manifest;
    const job: BulkJob = {
      jobName,
      jobGroup,
      jobType,
      processingType,
      inputDataFiles: inputData.length,
      site: siteColumn,
      userPriority: priority,
      requirements,
      inputSandboxes: inputSandbox.filter((file) => file.startsWith('SB:')),
    };
    return { job: data ? job : { ...job, ...chainPart(manifest) }, manifest };
  }

  const keyOf = plan.valuesKey(demands);

  function variant(index: number): Variant {
    if (demands.length === 0) return (only ??= variantOf(0));
    const key = keyOf(index);
    const known = variants.get(key);
    if (known) return known;
    const made = variantOf(index);
    if (variants.size >= mostVariants) variants.clear();
    variants.set(key, made);
    return made;
  }

  function refusal(index: number): WmsError | undefined {
    // The plan of a sweep has measured its longest job; a draft need not be a sweep.
    const processed = plan.isParametric ? whole(index) : processManifest(plan.job(index), context);
    warnings.add(0, processed.warnings);
    return refusalOf(processed.errors, { index: 0, of: 1, job: index });
  }

  function tooManyVariants(index: number): WmsError | undefined {
    const [first] = demands;
    const message = `the sweep asks for more than ${mostVariants} different sets of requirements`;
    const problem = first && { ...first.entry.value.at, attribute: first.entry.name, message };
    return refusalOf(problem ? [problem] : [], { index: 0, of: 1, job: index });
  }

  function* check(): Generator<void, WmsError | undefined> {
    const atFirst = refusal(0);
    if (atFirst) return atFirst;
    const changes = changing.map((each) => ({ ...each, takesNumbersOnly: plan.takesNumbersOnly(each) }));
    const facets = facetsOf(changes, context).map((facet) => ({
      facet,
      entries: template.filter(isOneOf(facet.attributes)),
    }));
    if (facets.length === 0 && demands.length === 0) return undefined;
    const seen = new Set([keyOf(0)]);
    for (let index = 1; index < count; index++) {
      if (index % jobsAtOnce === 0) yield;
      if (!facets.every(({ entries, facet }) => passes(facet, filledIn(entries, index), context)))
        return refusal(index);
      if (seen.size === seen.add(keyOf(index)).size) continue;
      const fault = refusal(index);
      if (fault || seen.size > mostVariants) return fault ?? tooManyVariants(index);
      yield;
    }
    return undefined;
  }

  return {
    count,
    check,
    job(index) {
      const { job, manifest } = variant(index);
      if (!labelsChange && !data) return job;
      const read = new AttributeReader({ entries: filledIn(labels, index) }, context);
      const inputData = data ? textsOf(plan.entryOf(data, index).value) : [];
      return {
        ...job,
        ...(labelsChange && readLabels(read)),
        ...(data && { inputDataFiles: inputData.length, ...chainPart({ ...manifest, inputData }) }),
      };
    },
    describe: (index, jobId) => ({
      original: printJdl(plan.job(index)),
      processed: whole(index).processedJdl(jobId),
    }),
  };
}
