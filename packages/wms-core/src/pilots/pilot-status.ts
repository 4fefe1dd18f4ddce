/** The states of a pilot and the moves between them (wms.md §6.1, computing-elements.md §2). */
export const pilotStatuses = [
  'Submitted',
  'Waiting',
  'Running',
  'Done',
  'Failed',
  'Aborted',
  'Deleted',
  'Unknown',
] as const;

export type PilotStatus = (typeof pilotStatuses)[number];

export const finalPilotStatuses = [
  'Done',
  'Failed',
  'Aborted',
  'Deleted',
] as const satisfies readonly PilotStatus[];

/** Characters that are kept of why a pilot has its status. */
export const longestReason = 255;

export const pilotMoves = {
  Submitted: ['Waiting', 'Running', 'Done', 'Failed', 'Aborted', 'Deleted', 'Unknown'],
  Waiting: ['Running', 'Done', 'Failed', 'Aborted', 'Deleted', 'Unknown'],
  Running: ['Done', 'Failed', 'Aborted', 'Deleted', 'Unknown'],
  Unknown: ['Waiting', 'Running', 'Done', 'Failed', 'Aborted', 'Deleted'],
  Done: [],
  Failed: [],
  Aborted: [],
  Deleted: [],
} as const satisfies Record<PilotStatus, readonly PilotStatus[]>;

export const canPilotMove = (from: PilotStatus, to: PilotStatus): boolean =>
  (pilotMoves[from] as readonly PilotStatus[]).includes(to);

export const isFinalPilot = (status: PilotStatus): boolean =>
  (finalPilotStatuses as readonly PilotStatus[]).includes(status);
