/** My Account: who one is here, where one is logged in, and what was done with the account. For everybody. */
import type { ApplicationDescriptor } from '../application.ts';
import { readState, startState, type MyAccountState } from './my-account-state.ts';

export const myAccount: ApplicationDescriptor<MyAccountState> = {
  id: 'my-account',
  title: 'My Account',
  menu: 'Tools',
  icon: 'user',
  component: async () => ({ default: (await import('./my-account.tsx')).MyAccount }),
  stateVersion: 1,
  initialState: startState,
  upgradeState: readState,
  single: true,
};
