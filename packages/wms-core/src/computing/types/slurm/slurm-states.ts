/** What Slurm's words for the state of a job mean for a pilot (computing-elements.md §5.4). */
import type { PilotStateAtElement } from '../../computing-element.ts';

type Status = PilotStateAtElement['status'];

export const slurmStates: Readonly<Record<string, Exclude<Status, 'Unknown'>>> = {
  PENDING: 'Waiting',
  CONFIGURING: 'Waiting',
  REQUEUED: 'Waiting',
  REQUEUE_FED: 'Waiting',
  REQUEUE_HOLD: 'Waiting',
  RESV_DEL_HOLD: 'Waiting',
  SPECIAL_EXIT: 'Waiting',
  SUSPENDED: 'Waiting',
  RUNNING: 'Running',
  COMPLETING: 'Running',
  RESIZING: 'Running',
  SIGNALING: 'Running',
  STAGE_OUT: 'Running',
  STOPPED: 'Running',
  COMPLETED: 'Done',
  BOOT_FAIL: 'Failed',
  DEADLINE: 'Failed',
  FAILED: 'Failed',
  LAUNCH_FAILED: 'Failed',
  NODE_FAIL: 'Failed',
  OUT_OF_MEMORY: 'Failed',
  RECONFIG_FAIL: 'Failed',
  TIMEOUT: 'Failed',
  CANCELLED: 'Aborted',
  PREEMPTED: 'Aborted',
  REVOKED: 'Aborted',
};

/** The accounting says `CANCELLED by 999`, and cuts long words with a plus. */
export const statusOfSlurmState = (state: string): Status =>
  slurmStates[/^[A-Z_]+/.exec(state)?.[0] ?? ''] ?? 'Unknown';

export const isLive = (state: string): boolean => ['Waiting', 'Running'].includes(statusOfSlurmState(state));

/** Why Slurm keeps a job waiting for ever (`squeue`, JOB REASON CODES), and what would help. */
export const hopelessReasons: Readonly<Record<string, string>> = {
  AccountNotAllowed: 'The partition does not take this account: see parameters > submitOptions.',
  AssocMaxCpuMinutesPerJobLimit: 'The account allows less: lower maxWallTimeS or processors of the queue.',
  AssocMaxCpuPerJobLimit: 'The account allows fewer processors in a job: lower processors of the queue.',
  AssocMaxNodePerJobLimit: 'The account allows fewer nodes in a job.',
  AssocMaxWallDurationPerJobLimit: 'The account allows less time: lower maxWallTimeS of the queue.',
  BadConstraints: 'No node can ever offer this: lower processors or memoryMiB of the queue.',
  InvalidAccount: 'Slurm does not know the account: see parameters > submitOptions.',
  InvalidQOS: 'Slurm does not know the quality of service: see parameters > submitOptions.',
  PartitionConfig:
    'The partition is not made for this: lower processors, memoryMiB or maxWallTimeS of the queue.',
  PartitionNodeLimit: 'The partition has no nodes like that: lower processors or memoryMiB of the queue.',
  PartitionTimeLimit: 'The partition allows less time: lower maxWallTimeS of the queue.',
  QOSMaxCpuMinutesPerJobLimit: 'The quality of service allows less: lower maxWallTimeS or processors.',
  QOSMaxCpuPerJobLimit: 'The quality of service allows fewer processors: lower processors of the queue.',
  QOSMaxWallDurationPerJobLimit: 'The quality of service allows less time: lower maxWallTimeS of the queue.',
  QOSNotAllowed: 'The partition does not take this quality of service: see parameters > submitOptions.',
};
