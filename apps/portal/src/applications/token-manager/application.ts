/** Token Manager: refresh tokens of identity providers and log-ins elsewhere, own ones or those of the VO. */
import type { ApplicationDescriptor } from '../application.ts';
import { readState, startState, type TokenManagerState } from './token-manager-state.ts';

export const tokenManager: ApplicationDescriptor<TokenManagerState> = {
  id: 'token-manager',
  title: 'Token Manager',
  menu: 'Applications',
  icon: 'lock',
  component: async () => ({ default: (await import('./token-manager.tsx')).TokenManager }),
  stateVersion: 1,
  initialState: startState,
  upgradeState: readState,
};
