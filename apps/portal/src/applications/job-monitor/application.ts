/** Job Monitor: find, inspect and steer jobs. */
import type { ApplicationDescriptor } from '../application.ts';
import { readState, startState, type JobMonitorState } from './job-monitor-state.ts';

export const jobMonitor: ApplicationDescriptor<JobMonitorState> = {
  id: 'job-monitor',
  title: 'Job Monitor',
  menu: 'Applications',
  icon: 'list',
  component: async () => ({ default: (await import('./job-monitor.tsx')).JobMonitor }),
  stateVersion: 1,
  initialState: startState,
  upgradeState: readState,
};
