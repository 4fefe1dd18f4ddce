/** Job Launchpad: write a job description, add files, submit. */
import type { ApplicationDescriptor } from '../application.ts';
import { readState, startState, type LaunchpadState } from './launchpad-state.ts';

export const jobLaunchpad: ApplicationDescriptor<LaunchpadState> = {
  id: 'job-launchpad',
  title: 'Job Launchpad',
  menu: 'Tools',
  icon: 'launch',
  component: async () => ({ default: (await import('./job-launchpad.tsx')).JobLaunchpad }),
  stateVersion: 1,
  initialState: startState,
  upgradeState: readState,
};
