/** Resource Summary: the resources that serve the VO one by one, and what site managers say of them. */
import {
  readSummaryState,
  startSummaryState,
  type SummaryState,
} from '../../widgets/summary-application/summary-state.ts';
import type { ApplicationDescriptor } from '../application.ts';

const byName = { column: 'Name', direction: 'asc' } as const;

export const resourceSummary: ApplicationDescriptor<SummaryState> = {
  id: 'resource-summary',
  title: 'Resource Summary',
  menu: 'Applications',
  icon: 'layers',
  component: async () => ({ default: (await import('./resource-summary.tsx')).ResourceSummary }),
  stateVersion: 1,
  initialState: startSummaryState(byName),
  upgradeState: (stored) => readSummaryState(stored, byName),
};
