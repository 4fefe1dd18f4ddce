/** Reads what the commands of Slurm print: pure. The formats are those that `slurm-scripts.ts` asks for. */
import { stampIn } from '../../hosts/pilot-area.ts';
import type { CommandAnswer } from '../../hosts/shell-script.ts';

export interface SlurmJob {
  readonly jobId: string;
  readonly state: string;
  /** Why it waits or ended (`squeue`), or `code:signal` (`sacct`). */
  readonly detail: string;
  /** From its working folder, which always comes back; comments do so only where the site keeps them. */
  readonly stamp: string | undefined;
}

/** Rows `id|state|detail|folder`; messages in between are left out. */
export const jobsIn = (text: string): readonly SlurmJob[] =>
  text.split('\n').flatMap((line) => {
    const [, jobId, state, detail, folder] = /^(\d+)\|([^|]*)\|([^|]*)\|(.*)$/.exec(line) ?? [];
    return jobId === undefined
      ? []
      : [{ jobId, state: state ?? '', detail: detail ?? '', stamp: stampIn(folder ?? '') }];
  });

/** `squeue -j` and `scancel` say so when they know none of the ids: an answer, not a failure. */
export const knowsNone = ({ text }: CommandAnswer): boolean => /Invalid job id specified/.test(text);

/** Of `sbatch --parsable`: `50`, or `50;cluster`. */
export const jobIdIn = (text: string): string | undefined => /^(\d+)(?:;\S+)?$/m.exec(text)?.[1];

/** After these the job may be there all the same: the order can have arrived without its answer. */
const unanswered = [
  /timed out/i,
  /zero bytes were transmitted or received/i,
  /unexpected message|insane message/i,
  /send\/recv|socket|connection (reset|closed)|broken pipe|message (send|receive) failure/i,
];

/** Slurm, or sbatch itself, looked at the order and did not take it. */
const refused = [
  /batch job submission failed/i,
  /unable to contact slurm controller \(connect failure\)/i,
  /invalid (partition|option|argument|account|qos|.*specification)|unrecognized option/i,
  /mutually exclusive|does not look like a batch script|not found/i,
];

/** True when it is certain that no job came of it. */
export const isRefusal = (text: string): boolean =>
  !unanswered.some((pattern) => pattern.test(text)) && refused.some((pattern) => pattern.test(text));

/** The words of `sbatch` without what every line begins with. */
export const sbatchWords = (text: string): string =>
  text
    .replaceAll(/sbatch: (error: )?/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 500) || 'sbatch failed without a word';

/** `sinfo -o %C`: allocated/idle/other/total processors. */
export const idleProcessors = (text: string): number | undefined => {
  const idle = /^\d+\/(\d+)\/\d+\/\d+/m.exec(text)?.[1];
  return idle === undefined ? undefined : Number(idle);
};
