/**
 * When the batch system will take this slot back, where it tells: newer Slurm in a variable, all of them when asked. The
 * site may have shortened what the pilot was sent with.
 */
import { execFile } from 'node:child_process';

const slowestToolMs = 10_000;

/** Slurm's `days-hours:minutes:seconds`, shorter when small; undefined for UNLIMITED, NOT_SET and the like. */
export function slurmSeconds(text: string): number | undefined {
  const match = /^(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+)$/.exec(text.trim());
  if (match === null) return undefined;
  const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  return (((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0);
}

const timeLeftOf = (jobId: string): Promise<string> =>
  new Promise((resolve) => {
    execFile(
      'squeue',
      ['--noheader', '--jobs', jobId, '--format', '%L'],
      { timeout: slowestToolMs },
      (error, stdout) => resolve(error ? '' : stdout),
    );
  });

/** UTC epoch milliseconds; undefined without Slurm, or when it does not say. */
export async function slotEndsAtMs(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  ask: (jobId: string) => Promise<string> = timeLeftOf,
): Promise<number | undefined> {
  const told = Number(environment['SLURM_JOB_END_TIME']);
  if (told > 0) return told * 1000;
  const jobId = environment['SLURM_JOB_ID'];
  if (jobId === undefined) return undefined;
  const leftS = slurmSeconds(await ask(jobId));
  return leftS === undefined ? undefined : Date.now() + leftS * 1000;
}
