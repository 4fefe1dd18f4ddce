/** Pilot Monitor: the pilots one by one. */
import type { ApplicationDescriptor } from '../application.ts';
import { readState, startState, type PilotMonitorState } from './pilot-monitor-state.ts';

export const pilotMonitor: ApplicationDescriptor<PilotMonitorState> = {
  id: 'pilot-monitor',
  title: 'Pilot Monitor',
  menu: 'Applications',
  icon: 'send',
  component: async () => ({ default: (await import('./pilot-monitor.tsx')).PilotMonitor }),
  stateVersion: 1,
  initialState: startState,
  upgradeState: readState,
};
