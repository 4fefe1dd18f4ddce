/**
 * Many descriptions of one call as the template of a bulk. Every one is read and checked at the submission; they are
 * read again when somebody asks for one.
 */
import type { WmsError } from '../../kernel/wms-error.ts';
import { requirementsKey } from '../../task-queues/requirements.ts';
import type { TaskQueueRequirements } from '../../task-queues/task-queue.ts';
import type { ManifestContext } from '../manifest-context.ts';
import { SandboxesDiffer } from './sandboxes-differ.ts';
import type { PreparedJob } from '../job-submission.service.ts';
import { prepareAccepted, prepareOne } from '../prepare-jobs.ts';
import type { SubmissionWarnings } from '../submission-warnings.ts';
import type { BulkJob, BulkTemplate } from './bulk-template.ts';

export function createCollectionTemplate(
  jdls: readonly string[],
  context: ManifestContext,
  maxJdlBytes: number,
  warnings: SubmissionWarnings,
): BulkTemplate {
  const of = jdls.length;
  const jobs: BulkJob[] = [];
  const requirementsByKey = new Map<string, TaskQueueRequirements>();
  let latest: { readonly index: number; readonly prepared: PreparedJob } | undefined;

  function checked(index: number): PreparedJob {
    const made = prepareOne(jdls[index] ?? '', context, { index, of }, maxJdlBytes, warnings);
    latest = { index, prepared: made };
    return made;
  }

  /** Asked only of what passed the check, today or when the bulk was stored. */
  function accepted(index: number): PreparedJob {
    if (latest?.index === index) return latest.prepared;
    const made = prepareAccepted(jdls[index] ?? '', context);
    latest = { index, prepared: made };
    return made;
  }

  /** Equal demands become one object, texts are left behind. */
  function shared(job: PreparedJob): BulkJob {
    const key = requirementsKey(job.requirements);
    const requirements = requirementsByKey.get(key) ?? job.requirements;
    requirementsByKey.set(key, requirements);
    const { chain, inputDataFiles, inputSandboxes, jobGroup, jobName, jobType, processingType } = job;
    const { site, userPriority } = job;
    const labels = { jobName, jobGroup, jobType, processingType };
    const row = { ...labels, site, userPriority, requirements, inputSandboxes, inputDataFiles };
    return chain ? { ...row, chain } : row;
  }

  function* check(): Generator<void, WmsError | undefined> {
    for (let index = 0; index < of; index++) {
      if (index % 10 === 0) yield;
      const job = shared(checked(index));
      jobs[index] = job;
      if (job.inputSandboxes.join('\n') !== jobs[0]?.inputSandboxes.join('\n'))
        return new SandboxesDiffer({ line: 1, column: 1 }, index);
    }
    return undefined;
  }

  return {
    count: of,
    check,
    job: (index) => (jobs[index] ??= shared(accepted(index))),
    describe(index, jobId) {
      const { original, processed } = accepted(index);
      return { original, processed: processed(jobId) };
    },
  };
}
