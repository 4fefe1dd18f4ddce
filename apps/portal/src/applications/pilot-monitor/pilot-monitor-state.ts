/** What the Pilot Monitor keeps in the layout; a `pilotStamp` of an opener becomes its only filter. */
import { noFilters } from '../../widgets/grid-application/filters.ts';
import {
  isRecord,
  readGridState,
  startGridState,
  type GridState,
} from '../../widgets/grid-application/grid-state.ts';

export interface PilotMonitorState extends GridState {
  /** Wish of an opener: show this pilot. */
  readonly pilotStamp?: string;
}

const newestFirst = { parameter: 'SubmissionTime', direction: 'desc' } as const;

export const startState: PilotMonitorState = startGridState(newestFirst);

export function fulfilWish(state: PilotMonitorState): PilotMonitorState {
  if (state.pilotStamp === undefined) return state;
  const { pilotStamp, ...rest } = state;
  return { ...rest, filters: { ...noFilters, pilots: pilotStamp }, page: 1 };
}

export function readState(stored: unknown): PilotMonitorState {
  const grid = readGridState(stored, newestFirst);
  const stamp = isRecord(stored) ? stored['pilotStamp'] : undefined;
  return typeof stamp === 'string' ? { ...grid, pilotStamp: stamp } : grid;
}
