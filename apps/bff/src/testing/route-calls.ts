/** How tests call any route of the contract: an address whose parameters fit, and a body that no schema takes. */
import type { Route, RouteKey } from '@wm/api-contract';
import { routes } from '@wm/api-contract';

export const table = Object.entries(routes) as [RouteKey, Route][];

export const methodOf = (key: RouteKey): string => key.slice(0, key.indexOf(' '));

/** An address of the route with parameters that fit their schema, of nothing that is there. */
export const pathOf = (key: RouteKey): string =>
  key
    .slice(key.indexOf(' ') + 1)
    .replace(':jobId', '7')
    .replace(':stamp', 'b'.repeat(32))
    .replace('sandbox/:kind', 'sandbox/input')
    .replace('documents/:kind', 'documents/note')
    .replace(':fileName', 'x.p12')
    .replace(/:\w+/g, 'x');

/** The answer to it tells whether the caller came so far. */
export const badBodyOf = (key: RouteKey): { readonly body?: string } =>
  (routes[key] as Route).body === undefined ? {} : { body: 'not an object' };

/** Refusals of those who may not call at all. */
export const refusals: readonly string[] = [
  'access.denied',
  'access.unauthenticated',
  'access.csrf',
  'account.unregistered',
  'pilot.unknown',
];
