/** Reads what slurmrestd answers (computing-elements.md §6): pure. The interface is judged by its body, not by its status. */
import { z } from 'zod';
import { stampIn } from '../../hosts/pilot-area.ts';
import type { SlurmJob } from '../slurm/slurm-answers.ts';
import { jobName, minutesOf } from '../slurm/slurm-scripts.ts';
import type { PilotLaunch } from '../../computing-element.ts';
import type { SlurmRestParameters } from './slurm-rest-parameters.ts';

const fault = z.object({
  error: z.string().optional(),
  description: z.string().optional(),
  error_number: z.number().optional(),
  error_code: z.number().optional(),
});

/** Beside what else stands there. */
const faults = z.object({ errors: z.array(fault).default([]) });

const jobs = z.object({
  jobs: z.array(
    z.object({
      job_id: z.number(),
      job_state: z.string(),
      state_reason: z.string().default(''),
      current_working_directory: z.string().default(''),
    }),
  ),
});

const nodes = z.object({
  nodes: z.array(
    z.object({ state: z.string(), cpus: z.number().default(0), alloc_cpus: z.number().default(0) }),
  ),
});

const submission = z.object({ job_id: z.number().positive() });

/** Undefined for what is no JSON, such as "Authentication failure". */
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The words of Slurm, or the text itself; empty when there is no complaint. */
export const restWords = (text: string): string => {
  const body = parsed(text);
  if (body === undefined) return text.replaceAll(/\s+/g, ' ').trim().slice(0, 300);
  return (faults.safeParse(body).data?.errors ?? [])
    .map(({ error, description }) => error ?? description ?? '')
    .filter((words) => words !== '')
    .join('; ')
    .slice(0, 500);
};

/** The job is not known (any more): an answer, not a failure. */
export const knowsNoJob = (text: string): boolean =>
  (faults.safeParse(parsed(text)).data?.errors ?? []).some(
    ({ error_number, error_code }) => error_number === 2017 || error_code === 2017,
  ) || /Invalid job id specified/.test(text);

/** Of a submission; undefined when it was refused, which comes with status 200 too. */
export const jobIdIn = (text: string): string | undefined => {
  const body = submission.safeParse(parsed(text)).data;
  return body === undefined ? undefined : String(body.job_id);
};

interface RestJob extends SlurmJob {
  readonly folder: string;
}

/** Undefined when it is no list of jobs. */
export const jobsIn = (text: string): readonly RestJob[] | undefined =>
  jobs.safeParse(parsed(text)).data?.jobs.map((job) => ({
    jobId: String(job.job_id),
    state: job.job_state,
    detail: job.state_reason,
    folder: job.current_working_directory,
    stamp: stampIn(job.current_working_directory),
  }));

/** Of nodes that take jobs; undefined when it is no list of nodes. */
export const idleProcessorsIn = (text: string): number | undefined =>
  nodes
    .safeParse(parsed(text))
    .data?.nodes.filter(({ state }) => ['idle', 'mixed', 'allocated'].includes(state.toLowerCase()))
    .reduce((sum, { cpus, alloc_cpus }) => sum + cpus - alloc_cpus, 0);

/** The order of one pilot. No secret is in it: who sees jobs can read all of this. */
export const jobOrder = (
  pilot: PilotLaunch,
  folder: string,
  script: string,
  values: SlurmRestParameters,
): string =>
  JSON.stringify({
    script,
    job: {
      name: jobName,
      comment: pilot.stamp,
      partition: pilot.batchQueue,
      current_working_directory: folder,
      standard_output: `${folder}/out`,
      standard_error: `${folder}/err`,
      environment: values.environment,
      nodes: 1,
      tasks: 1,
      cpus_per_task: pilot.processors,
      time_limit: minutesOf(pilot.maxWallTimeS),
      // `requeue: false` is taken and does nothing.
      no_requeue: true,
      ...(values.requestMemory ? { memory_per_node: pilot.memoryMiB } : {}),
      ...values.jobFields,
      ...values.queueJobFields[pilot.batchQueue],
    },
  });
