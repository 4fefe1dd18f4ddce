/** System Health: what the checks of the installation found, and the key figures of the last hour. */
import type { ApplicationDescriptor } from '../application.ts';
import { readState, startState, type SystemHealthState } from './system-health-state.ts';

export const systemHealth: ApplicationDescriptor<SystemHealthState> = {
  id: 'system-health',
  title: 'System Health',
  menu: 'Applications',
  icon: 'pulse',
  anyOf: ['Operator', 'ServiceAdministrator', 'SiteManager'],
  component: async () => ({ default: (await import('./system-health.tsx')).SystemHealth }),
  stateVersion: 1,
  initialState: startState,
  upgradeState: readState,
  single: true,
};
