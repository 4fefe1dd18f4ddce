/**
 * How a pilot is, from everything known of it: queue, accounting and the files it left. Pure; asked by the `slurm`
 * type. Slurm's own words are kept in the reason, beside the exit code of the pilot.
 */
import type { PilotStateAtElement } from '../../computing-element.ts';
import { pilotEnd, type PilotFiles } from '../../hosts/pilot-area.ts';
import type { SlurmJob } from './slurm-answers.ts';
import { hopelessReasons, isLive, statusOfSlurmState } from './slurm-states.ts';

export interface SlurmFacts {
  /** The queue answered; undefined when the job is not (any more) in it. */
  readonly queued: SlurmJob | undefined;
  readonly accounted?: SlurmJob | undefined;
  /** Undefined when the pilot has no folder. */
  readonly files?: PilotFiles | undefined;
  /** Whether sbatch, or the job itself, ever told a job id. */
  readonly hasJobId: boolean;
}

/** An order that arrived without its answer shows in the queue long before. */
const lostReplyS = 600;

export const slurmVerdict = ({ queued, accounted, files, hasJobId }: SlurmFacts): PilotStateAtElement => {
  if (queued !== undefined && isLive(queued.state)) return stateOf(queued, undefined, files);
  const ended = accounted !== undefined && !isLive(accounted.state) ? accounted : queued;
  if (ended !== undefined) return stateOf(ended, queued, files);
  if (files === undefined) {
    return { status: 'Aborted', reason: 'There is no such pilot on this computing element.' };
  }
  if (files.exitCode !== '') {
    const status = files.exitCode === '0' ? 'Done' : 'Failed';
    return { status, reason: `${pilotEnd(files.exitCode)} Slurm does not list its job any more.` };
  }
  if (hasJobId || files.jobId !== '') {
    return {
      status: 'Unknown',
      reason: 'Slurm does not list its job any more and keeps no accounting of it.',
    };
  }
  return files.ageS < lostReplyS
    ? { status: 'Waiting', reason: 'sbatch gave no answer; the job is looked for.' }
    : { status: 'Aborted', reason: 'sbatch gave no answer, and Slurm has no job of it.' };
};

const stateOf = (
  job: SlurmJob,
  queued: SlurmJob | undefined,
  files: PilotFiles | undefined,
): PilotStateAtElement => {
  const details = [...new Set([queued?.detail, job.detail])].filter(
    (detail) => detail !== undefined && detail !== '' && detail !== 'None' && detail !== '0:0',
  );
  const words =
    details.length === 0 ? '' : ` (${details.map((detail) => detailText(detail ?? '')).join(', ')})`;
  const pilot = files !== undefined && files.exitCode !== '' ? ` ${pilotEnd(files.exitCode)}` : '';
  const status = statusOfSlurmState(job.state);
  const reason = `Slurm: ${job.state}${words}.${pilot}`;
  const remedy = details.map((detail) => hopelessReasons[detail ?? '']).find((text) => text !== undefined);
  if (status === 'Waiting' && remedy !== undefined)
    return { status, reason: `${reason} ${remedy}`, isHopeless: true };
  const helps = details.some((detail) => detail === '0:53' || detail === 'JobLaunchFailure') ? notShared : '';
  return { status, reason: `${reason}${helps}` };
};

const notShared =
  ' The worker node could not use the folder of the pilot: parameters > folder must lie on a file system that all nodes share.';

const detailText = (detail: string): string => (/^\d+:\d+$/.test(detail) ? `exit code ${detail}` : detail);
