/** Site Summary: the sites that serve the VO with their batch queues, and what site managers say of them. */
import type { ApplicationDescriptor } from '../application.ts';
import { readState, startState, type SiteSummaryState } from './site-summary-state.ts';

export const siteSummary: ApplicationDescriptor<SiteSummaryState> = {
  id: 'site-summary',
  title: 'Site Summary',
  menu: 'Applications',
  icon: 'server',
  component: async () => ({ default: (await import('./site-summary.tsx')).SiteSummary }),
  stateVersion: 1,
  initialState: startState,
  upgradeState: readState,
  single: true,
};
