/** What System Health keeps in the layout: which folded checks are open. */
export interface SystemHealthState {
  /** Ids of checks whose good findings are all shown. */
  readonly unfolded: readonly string[];
}

export const startState: SystemHealthState = { unfolded: [] };

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** A stored state as far as it makes sense today. */
export function readState(stored: unknown): SystemHealthState {
  const unfolded = isRecord(stored) ? stored['unfolded'] : undefined;
  return Array.isArray(unfolded)
    ? { unfolded: unfolded.filter((id): id is string => typeof id === 'string') }
    : startState;
}
