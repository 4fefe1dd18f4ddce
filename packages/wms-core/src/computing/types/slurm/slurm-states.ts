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
