/**
 * What HTCondor's numbers for the state of a job mean for a pilot (computing-elements.md §8), and how a pilot is from
 * everything known of it. Pure; asked by the `htcondor` type. HTCondor's own words are kept in the reason.
 */
import type { PilotStateAtElement } from '../../computing-element.ts';
import { pilotEnd, type PilotFiles } from '../../hosts/pilot-area.ts';
import type { CondorJob } from './htcondor-answers.ts';

type Status = PilotStateAtElement['status'];

interface Meaning {
  readonly word: string;
  readonly status: Status;
}

/** JobStatus. A job that is held is judged by `holdMeanings`. */
export const jobStatuses: Readonly<Record<string, Meaning>> = {
  1: { word: 'Idle', status: 'Waiting' },
  2: { word: 'Running', status: 'Running' },
  3: { word: 'Removed', status: 'Aborted' },
  4: { word: 'Completed', status: 'Done' },
  5: { word: 'Held', status: 'Aborted' },
  6: { word: 'Transferring output', status: 'Running' },
  7: { word: 'Suspended', status: 'Running' },
};

/** Of our own `on_exit_hold_subcode`: the pilot ended with another exit code than 0. */
export const failedSubcode = '55';

interface HoldMeaning {
  /** HoldReasonCode. */
  readonly code: string;
  /** HoldReasonSubCode; any when left out. */
  readonly subcode?: string;
  readonly status: Status;
}

/** The first that fits counts. Any other code: nobody will release the job. */
export const holdMeanings: readonly HoldMeaning[] = [
  // Its input files are on their way.
  { code: '16', status: 'Waiting' },
  { code: '3', subcode: failedSubcode, status: 'Failed' },
];

/** Input that did not arrive within this time never will. */
export const spoolLimitS = 3600;

/** An order that arrived without its answer shows in the queue long before. */
const lostReplyS = 600;

const statusOf = (job: CondorJob): Status => {
  if (job.status === '4' && job.exitCode !== '' && job.exitCode !== '0') return 'Failed';
  if (job.status !== '5') return jobStatuses[job.status]?.status ?? 'Unknown';
  const hold = holdMeanings.find(
    ({ code, subcode }) => code === job.holdCode && (subcode === undefined || subcode === job.holdSubcode),
  );
  if (hold?.status === 'Waiting' && job.ageS > spoolLimitS) return 'Aborted';
  return hold?.status ?? 'Aborted';
};

export interface CondorFacts {
  /** Of the queue, else of the history. */
  readonly job: CondorJob | undefined;
  /** Undefined when the pilot has no folder here. */
  readonly files: PilotFiles | undefined;
  /** Whether condor_submit ever told a job id. */
  readonly hasJobId: boolean;
  /** Why the history could not be asked; empty when it was. */
  readonly historyWords: string;
}

export const condorVerdict = ({ job, files, hasJobId, historyWords }: CondorFacts): PilotStateAtElement => {
  if (job !== undefined) return { status: statusOf(job), reason: reasonOf(job) };
  if (files === undefined)
    return { status: 'Aborted', reason: 'There is no such pilot on this computing element.' };
  if (hasJobId || files.jobId !== '') {
    const history = historyWords === '' ? 'nor in its history' : `and its history is closed: ${historyWords}`;
    return { status: 'Unknown', reason: `HTCondor has no job of it in its queue, ${history}.` };
  }
  return files.ageS < lostReplyS
    ? { status: 'Waiting', reason: 'condor_submit gave no answer; the job is looked for.' }
    : { status: 'Aborted', reason: 'condor_submit gave no answer, and HTCondor has no job of it.' };
};

const reasonOf = (job: CondorJob): string => {
  const word = jobStatuses[job.status]?.word ?? `JobStatus ${job.status}`;
  const code = job.status === '5' ? ` ${job.holdCode}/${job.holdSubcode}` : '';
  const words = job.status === '5' ? job.holdReason : job.status === '3' ? job.removeReason : '';
  const end = ['4', '5'].includes(job.status) && job.exitCode !== '' ? ` ${pilotEnd(job.exitCode)}` : '';
  return `HTCondor: ${word}${code}${words === '' ? '' : ` (${words})`}.${end}`;
};
