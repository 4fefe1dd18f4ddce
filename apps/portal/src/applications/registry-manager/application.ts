/** Registry Manager: who asks to be a member of the VO, who is one and why, and what a log-in would get. */
import type { ApplicationDescriptor } from '../application.ts';
import { readState, startState, type RegistryManagerState } from './registry-manager-state.ts';

export const registryManager: ApplicationDescriptor<RegistryManagerState> = {
  id: 'registry-manager',
  title: 'Registry Manager',
  menu: 'Applications',
  icon: 'users',
  anyOf: ['UserManager'],
  component: async () => ({ default: (await import('./registry-manager.tsx')).RegistryManager }),
  stateVersion: 1,
  initialState: startState,
  upgradeState: readState,
  single: true,
};
