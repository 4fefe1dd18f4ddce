/** What My Account keeps in the layout: the view, and whose events are shown. */
import type { AuditScope } from '../../server-state/my-account.ts';

const views = ['account', 'sessions', 'events'] as const;
export type AccountView = (typeof views)[number];

/** Here again after a way out of the page: who one is, with what waits to be decided. */
export const accountAddress = '/#open=my-account&view=account';

export interface MyAccountState {
  readonly view: AccountView;
  readonly scope: AuditScope;
}

export const startState: MyAccountState = { view: 'account', scope: 'own' };

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** A stored state as far as it makes sense today. */
export function readState(stored: unknown): MyAccountState {
  if (!isRecord(stored)) return startState;
  return {
    view: views.find((view) => view === stored['view']) ?? startState.view,
    scope: stored['scope'] === 'vo' ? 'vo' : 'own',
  };
}
