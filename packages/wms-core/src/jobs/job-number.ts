/**
 * `%j` stands for the number of the job, in every text of its description (wms.md §3.4). It is filled in where the number
 * is given: in the processed description, and in the labels of the row and of the counters.
 */
export const withJobNumber = (text: string, jobId: number): string =>
  text.includes('%j') ? text.replaceAll('%j', String(jobId)) : text;

interface Labels {
  readonly jobName: string;
  readonly jobGroup: string;
  readonly processingType: string;
}

/** The same job with its number in its labels; the very same object for the many jobs that do not name it. */
export function numbered<Job extends Labels>(job: Job, jobId: number): Job {
  const { jobGroup, jobName, processingType } = job;
  if (![jobGroup, jobName, processingType].some((label) => label.includes('%j'))) return job;
  return {
    ...job,
    jobName: withJobNumber(jobName, jobId),
    jobGroup: withJobNumber(jobGroup, jobId),
    processingType: withJobNumber(processingType, jobId),
  };
}
