/** Proxy Manager: the proxies in the store, own ones or those of the VO, and away with one. */
import type { ApplicationDescriptor } from '../application.ts';
import { readState, startState, type ProxyManagerState } from './proxy-manager-state.ts';

export const proxyManager: ApplicationDescriptor<ProxyManagerState> = {
  id: 'proxy-manager',
  title: 'Proxy Manager',
  menu: 'Applications',
  icon: 'key',
  component: async () => ({ default: (await import('./proxy-manager.tsx')).ProxyManager }),
  stateVersion: 1,
  initialState: startState,
  upgradeState: readState,
};
