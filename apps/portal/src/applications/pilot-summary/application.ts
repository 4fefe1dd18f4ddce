/** Pilot Summary: pilots of every site and computing element in figures. */
import {
  readSummaryState,
  startSummaryState,
  type SummaryState,
} from '../../widgets/summary-application/summary-state.ts';
import type { ApplicationDescriptor } from '../application.ts';

const bySite = { column: 'Site', direction: 'asc' } as const;

export const pilotSummary: ApplicationDescriptor<SummaryState> = {
  id: 'pilot-summary',
  title: 'Pilot Summary',
  menu: 'Applications',
  icon: 'chart',
  component: async () => ({ default: (await import('./pilot-summary.tsx')).PilotSummary }),
  stateVersion: 1,
  initialState: startSummaryState(bySite),
  upgradeState: (stored) => readSummaryState(stored, bySite),
};
