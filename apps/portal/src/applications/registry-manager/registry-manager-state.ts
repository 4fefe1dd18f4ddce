/** What the Registry Manager keeps in the layout: the view, and how members are found and sorted. */
import { isMemberColumn, type MemberColumn } from './member-rows.ts';

const views = ['requests', 'members', 'trial'] as const;
export type RegistryView = (typeof views)[number];

export interface RegistryManagerState {
  readonly view: RegistryView;
  /** Part of a name, an address or a group. */
  readonly text: string;
  readonly onlySuspended: boolean;
  readonly sort: { readonly columnId: MemberColumn; readonly direction: 'asc' | 'desc' };
}

export const startState: RegistryManagerState = {
  view: 'requests',
  text: '',
  onlySuspended: false,
  sort: { columnId: 'userName', direction: 'asc' },
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** A stored state as far as it makes sense today. */
export function readState(stored: unknown): RegistryManagerState {
  if (!isRecord(stored)) return startState;
  const sort = isRecord(stored['sort']) ? stored['sort'] : {};
  return {
    view: views.find((view) => view === stored['view']) ?? startState.view,
    text: typeof stored['text'] === 'string' ? stored['text'] : '',
    onlySuspended: stored['onlySuspended'] === true,
    sort: {
      columnId: isMemberColumn(sort['columnId']) ? sort['columnId'] : startState.sort.columnId,
      direction: sort['direction'] === 'desc' ? 'desc' : 'asc',
    },
  };
}
